//! Says why a job waits while somebody waits for it, each cause once.

use std::time::{Duration, Instant};

use egret_core::{JobRecord, JobState};

use super::super::rescue::give_back_jobs_of_the_dead;
use super::super::{Failure, Session};
use crate::App;
use crate::why::{Circumstances, Code, Why};

/// Between two looks at the circumstances: they take several questions to the store.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long nothing is said at all: most jobs run by then.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long causes that pass by themselves are not worth a word.
const LONG_PATIENCE: Duration = Duration::from_millis(1_500);

/// Says why a job waits, each cause once.
#[derive(Debug)]
pub(in crate::cli) struct Explainer {
    began: Instant,
    next_look: Instant,
    said: Vec<Code>,
    has_said_running: bool,
    /// Services of which the death during the job has been told.
    interruptions: u32,
}

impl Explainer {
    pub(in crate::cli) fn new() -> Self {
        let now = Instant::now();
        Self { began: now, next_look: now + PATIENCE, said: Vec::new(), has_said_running: false, interruptions: 0 }
    }

    /// Looks at the job, says what is new, and has a service started where one is missing.
    pub(in crate::cli) async fn look(
        &mut self,
        session: &Session,
        app: &App,
        record: &JobRecord,
    ) -> Result<(), Failure> {
        if record.interruptions > std::mem::replace(&mut self.interruptions, record.interruptions) {
            session.output().note(session.language().text("cli-job-runs-again"));
        }
        if record.state == JobState::Running {
            self.say_running(session);
        }
        if Instant::now() < self.next_look {
            return Ok(());
        }
        self.next_look = Instant::now() + LOOK_EVERY;
        if give_back_jobs_of_the_dead(app).await? || record.state == JobState::Running {
            // The next look finds the job where it is then.
            return Ok(());
        }
        let circumstances = Circumstances::of(app, record.clone()).await?;
        if circumstances.wants_service() {
            app.start_service_if_needed().await?;
        }
        if let Some(why) = Why::of(&circumstances, &session.reader()) {
            self.say(session, &why, record);
        }
        Ok(())
    }

    fn say(&mut self, session: &Session, why: &Why, record: &JobRecord) {
        if self.said.contains(&why.code) || (why.is_passing && self.began.elapsed() < LONG_PATIENCE) {
            return;
        }
        self.said.push(why.code);
        let language = session.language();
        let sentence = language.text_with("cli-job-waits", &[("sentence", why.sentence.as_str().into())]);
        session.output().note(sentence);
        if let Some(error) = record.error.as_ref().filter(|_| why.code == Code::BackingOff) {
            session.output().note(format_args!("  {}: {}", error.class, error.message));
        }
        session.output().hint(Some(&format!("`{}`", why.remedy)));
    }

    /// Who was told that the job waits is told that it no longer does.
    fn say_running(&mut self, session: &Session) {
        if !self.said.is_empty() && !std::mem::replace(&mut self.has_said_running, true) {
            session.output().note(session.language().text("cli-job-runs"));
        }
    }
}
