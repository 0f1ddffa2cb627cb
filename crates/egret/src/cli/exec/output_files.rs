//! The output of a program, from the files in which its service keeps it to our own streams, as it comes.

use std::io;

use egret_core::JobId;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::super::Failure;
use super::super::output::{Channel, write_bytes};
use crate::execution_log::{Follow, LogFile, LogFolder};
use crate::language::Sentence;

/// Shows what the attempts of a job write, one attempt after the other.
#[derive(Debug)]
pub(super) struct OutputFiles {
    folder: LogFolder,
    job: JobId,
    /// The attempt that is being shown; 0 before the first.
    attempt: u32,
    ended: CancellationToken,
    pumps: JoinSet<io::Result<()>>,
}

impl OutputFiles {
    pub(super) fn new(folder: LogFolder, job: JobId) -> Self {
        Self { folder, job, attempt: 0, ended: CancellationToken::new(), pumps: JoinSet::new() }
    }

    /// Goes on to the latest attempt that has written something; what earlier ones wrote is shown whole first.
    ///
    /// # Errors
    /// The files cannot be read, or the output not be written.
    pub(super) async fn advance(&mut self) -> Result<(), Failure> {
        for attempt in self.folder.attempts(&self.job).map_err(|error| unreadable(&error))? {
            if attempt > self.attempt {
                self.drain().await?;
                self.follow(attempt);
            }
        }
        while let Some(ended) = self.pumps.try_join_next() {
            check(ended)?;
        }
        Ok(())
    }

    /// Shows everything that was written, after the job has ended. Answers why that is not everything, if it is not.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub(super) async fn finish(mut self) -> Result<Option<String>, Failure> {
        self.advance().await?;
        self.drain().await?;
        self.folder.cap_remark(&self.job, self.attempt).map_err(|error| unreadable(&error))
    }

    /// Shows the rest of the present attempt.
    async fn drain(&mut self) -> Result<(), Failure> {
        self.ended.cancel();
        while let Some(ended) = self.pumps.join_next().await {
            check(ended)?;
        }
        Ok(())
    }

    fn follow(&mut self, attempt: u32) {
        self.attempt = attempt;
        self.ended = CancellationToken::new();
        for (file, channel) in [(LogFile::Stdout, Channel::Stdout), (LogFile::Stderr, Channel::Stderr)] {
            if let Some(path) = self.folder.file(&self.job, attempt, file) {
                self.pumps.spawn(pump(Follow::new(path), channel, self.ended.clone()));
            }
        }
    }
}

async fn pump(mut file: Follow, channel: Channel, ended: CancellationToken) -> io::Result<()> {
    while let Some(bytes) = file.next(&ended).await? {
        match write_bytes(channel, bytes).await {
            // Nobody reads the errors: that is no reason to stop showing the data.
            Err(error) if channel == Channel::Stderr && error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}

fn check(ended: Result<io::Result<()>, tokio::task::JoinError>) -> Result<(), Failure> {
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::of_output(&error)),
        Err(_) => Err(Failure::new(Sentence::new("cli-output-panicked"))),
    }
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(Sentence::new("cli-output-unreadable").with("error", error.to_string()))
}
