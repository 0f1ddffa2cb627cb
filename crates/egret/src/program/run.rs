//! One run of a program, from its arguments to its end.

use std::io;
use std::time::Duration;

use egret_core::LogSource;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStderr, ChildStdout};

use super::launch::Launch;
use super::running::{EndError, RunningProgram, StartError};
use super::{ProgramArguments, ProgramError, RunEnvironment, permit};
use crate::execution_log::OutputRecorder;
use crate::process::ProcessEnd;

/// How long output is awaited after the group is gone: only a process that left the group can still hold the pipes.
const LONGEST_DRAIN: Duration = Duration::from_secs(1);
/// How long a program's end by a signal waits for the service to learn of its own: whoever stops a service by a signal to
/// all its processes reaches some of them first.
const STOP_MAY_FOLLOW: Duration = Duration::from_millis(500);
/// How much is read of a pipe at once: what a pipe holds.
const CHUNK: usize = 64 * 1024;

/// Variables that tell a program which job it is.
const JOB_ID_VARIABLE: &str = "EGRET_JOB_ID";
const ATTEMPT_VARIABLE: &str = "EGRET_ATTEMPT";

/// Runs the program of a job to its end. `arguments` are the job's, still serialized.
///
/// When the future is dropped, the program is ended by force.
///
/// # Errors
/// Anything but exit status 0.
pub async fn run(arguments: &str, environment: &RunEnvironment) -> Result<(), ProgramError> {
    let arguments = ProgramArguments::parse(arguments).map_err(ProgramError::Arguments)?;
    let launch = prepare(&arguments, environment)?;
    let name = arguments.argv[0].clone();
    let (program, stdout, stderr) = match RunningProgram::start(&launch, environment).await {
        Ok(started) => started,
        Err(StartError::System(error)) => return Err(not_started(name, &launch, error)),
        Err(StartError::Guard(_)) if stops_soon(environment).await => {
            return Err(ProgramError::EndedWithService { program: name });
        }
        Err(StartError::Guard(reason)) => return Err(ProgramError::Guard { program: name, reason }),
    };
    let run = Run { program, arguments, environment, ordered_end: None };
    run.follow(stdout, stderr).await
}

/// Decides what is started, if it may.
fn prepare(arguments: &ProgramArguments, environment: &RunEnvironment) -> Result<Launch, ProgramError> {
    let store = environment.store_file.as_deref();
    let permit = permit(arguments, &environment.policy, environment.origin, store, &environment.folder)
        .map_err(ProgramError::NotAllowed)?;
    if !permit.folder.is_dir() {
        return Err(ProgramError::NoFolder(permit.folder));
    }
    let log = &environment.log;
    let mut variables = vec![
        (JOB_ID_VARIABLE.to_owned(), log.job_id().to_string()),
        (ATTEMPT_VARIABLE.to_owned(), log.attempt().to_string()),
    ];
    variables.extend(arguments.env.iter().cloned());
    Ok(Launch::new(&permit.program, &arguments.argv[1..], variables, permit.folder))
}

fn not_started(program: String, launch: &Launch, error: io::Error) -> ProgramError {
    match (error.kind(), launch.is_there()) {
        (io::ErrorKind::NotFound, false) => ProgramError::NotFound(program),
        // A folder in `PATH` that cannot be searched hides nothing that anybody could mean.
        (io::ErrorKind::PermissionDenied, false) if !program.contains('/') => ProgramError::NotFound(program),
        (io::ErrorKind::NotFound, true) => {
            ProgramError::NotExecutable { program, error: io::Error::other("its interpreter is missing") }
        }
        _ => ProgramError::NotExecutable { program, error },
    }
}

/// Whether the service stops, or learns within a moment that it is to.
async fn stops_soon(environment: &RunEnvironment) -> bool {
    tokio::time::timeout(STOP_MAY_FOLLOW, environment.stopping.cancelled()).await.is_ok()
}

/// A program that runs for a job.
struct Run<'a> {
    program: RunningProgram,
    arguments: ProgramArguments,
    environment: &'a RunEnvironment,
    ordered_end: Option<OrderedEnd>,
}

/// Why we ended a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OrderedEnd {
    TimedOut(Duration),
    Cancelled,
}

impl Run<'_> {
    async fn follow(mut self, stdout: ChildStdout, stderr: ChildStderr) -> Result<(), ProgramError> {
        let log = &self.environment.log;
        let mut out = OutputRecorder::new(log.clone(), LogSource::Stdout);
        let mut err = OutputRecorder::new(log.clone(), LogSource::Stderr);
        let end = {
            let copying = async { tokio::join!(copy(stdout, &mut out), copy(stderr, &mut err)) };
            tokio::pin!(copying);
            let mut ended = std::pin::pin!(self.ended());
            tokio::select! {
                end = &mut ended => {
                    // What a process outside of the group writes later belongs to no run.
                    let _ = tokio::time::timeout(LONGEST_DRAIN, copying).await;
                    end
                }
                _ = &mut copying => ended.await,
            }
        };
        out.finish().await;
        err.finish().await;
        self.judge(end, err.last_line()).await
    }

    /// Waits for the end, and orders it when the time is up or the job is cancelled.
    async fn ended(&mut self) -> Result<ProcessEnd, EndError> {
        let timeout = [self.arguments.timeout, self.environment.longest_run].into_iter().flatten().min();
        let order = tokio::select! {
            end = self.program.ended() => return end,
            () = self.environment.cancellation.cancelled() => OrderedEnd::Cancelled,
            timeout = out_of_time(timeout) => OrderedEnd::TimedOut(timeout),
        };
        self.ordered_end = Some(order);
        self.program.terminate().await;
        self.program.ended().await
    }

    async fn judge(self, end: Result<ProcessEnd, EndError>, last_line: Option<String>) -> Result<(), ProgramError> {
        let program = self.arguments.argv[0].clone();
        match self.ordered_end {
            Some(OrderedEnd::TimedOut(timeout)) => return Err(ProgramError::TimedOut { program, timeout, last_line }),
            // Whatever status it made of that: its work is not done.
            Some(OrderedEnd::Cancelled) => return Err(ProgramError::Cancelled { program }),
            None => {}
        }
        let is_stopped = match &end {
            Ok(end) if end.is_success() => return Ok(()),
            Ok(end) if end.is_by_stop_signal() => stops_soon(self.environment).await,
            Ok(ProcessEnd::Exited(_)) => false,
            Ok(ProcessEnd::Signaled(_)) => self.environment.stopping.is_cancelled(),
            Err(_) => stops_soon(self.environment).await,
        };
        Err(match end {
            _ if is_stopped => ProgramError::EndedWithService { program },
            Ok(ProcessEnd::Exited(status)) => ProgramError::ExitStatus { program, status, last_line },
            Ok(ProcessEnd::Signaled(signal)) => ProgramError::Signal { program, signal, last_line },
            Err(EndError(reason)) => ProgramError::Guard { program, reason },
        })
    }
}

async fn out_of_time(timeout: Option<Duration>) -> Duration {
    match timeout {
        None => std::future::pending().await,
        Some(timeout) => {
            tokio::time::sleep(timeout).await;
            timeout
        }
    }
}

/// Copies a stream of the program to its end. A stream that cannot be read has ended.
async fn copy(mut stream: impl AsyncRead + Unpin, recorder: &mut OutputRecorder) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(n_bytes @ 1..) = stream.read(&mut chunk).await {
        recorder.write(&chunk[..n_bytes]).await;
    }
}
