//! Waiting for a program: its output as it comes, why it does not run yet, and how it ended.

use std::time::{Duration, Instant};

use egret_core::shell::quoted;
use egret_core::{JobId, JobRecord, JobState};

use super::super::why::Explainer;
use super::super::{Exit, Failure, Session};
use super::ending;
use super::output_files::OutputFiles;
use crate::App;
use crate::execution_log::LogFolder;
use crate::language::Sentence;

/// Between two looks at the job: short at first, because most programs are, and never longer than the second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// Hints can come in swarms; the job is looked at no more often than this.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// Waits until the job has ended, or until Ctrl-C; then the job goes on.
pub(super) async fn wait(session: &Session, id: &JobId) -> Result<Exit, Failure> {
    let app = session.app().await?;
    tokio::select! {
        exit = watch(session, app, id) => exit,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted.map_err(|error| Failure::new(Sentence::new("cli-no-signal").with("signal", "INT").with("error", error.to_string())))?;
            let sentence = Sentence::new("cli-job-goes-on").with("id", quoted(id));
            session.output().note(format_args!("\n{}", sentence.text(session.language())));
            Ok(Exit::Interrupted)
        }
    }
}

async fn watch(session: &Session, app: &App, id: &JobId) -> Result<Exit, Failure> {
    let mut files = OutputFiles::new(LogFolder::new(app.log_folder()), id.clone());
    let mut explainer = Explainer::new();
    let mut pause = Pause::default();
    loop {
        let Some(record) = app.backend().find(id).await? else {
            files.finish().await?;
            return Err(
                Failure::new(Sentence::new("cli-job-deleted").with("id", id.to_string())).with_exit(Exit::NoResult)
            );
        };
        if record.state.is_terminal() {
            if let Some(remark) = files.finish().await? {
                let sentence = Sentence::new("cli-output-gaps").with("remark", remark.to_string());
                session.output().note(sentence.text(session.language()));
            }
            return ending::of(session.output(), &record);
        }
        if has_begun(&record) {
            files.advance().await?;
        }
        explainer.look(session, app, &record).await?;
        pause.wait(app).await;
    }
}

/// Whether there may be output already.
fn has_begun(record: &JobRecord) -> bool {
    record.state == JobState::Running || record.attempt > 0 || record.started_at.is_some()
}

/// The time between two looks.
#[derive(Debug, Default)]
struct Pause {
    n_looks: u32,
}

impl Pause {
    async fn wait(&mut self, app: &App) {
        let began = Instant::now();
        let longest = (FIRST_PAUSE * (1 + self.n_looks)).min(LONGEST_PAUSE);
        self.n_looks = self.n_looks.saturating_add(1).min(100);
        app.backend().wait(longest).await;
        tokio::time::sleep(SHORTEST_PAUSE.saturating_sub(began.elapsed())).await;
    }
}
