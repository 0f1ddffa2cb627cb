//! `egret jobs why`.

use clap::Args;
use egret_core::JobId;
use serde::Serialize;

use super::super::arguments::Json;
use super::super::output::one_line;
use super::super::{Exit, Failure, Session, exit};
use crate::language::Sentence;
use crate::why::{Circumstances, Why};

/// Says why a job does not run, and what mends it
#[derive(Args, Debug)]
#[command(after_help = exit::WHY_HELP)]
pub(super) struct WhyNot {
    /// The job
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    pub(super) format: Json,
}

/// The answer as JSON about a job that has ended and waits for nobody, with the keys of [`Why`].
#[derive(Serialize)]
struct Ended {
    code: (),
    sentence: String,
    remedy: (),
    facts: EndedFacts,
}

/// What is known of such a job.
#[derive(Serialize)]
struct EndedFacts {
    state: &'static str,
}

impl WhyNot {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let id = JobId::from(self.id);
        match ask(session, &id).await {
            Ok(Some((state, why))) => {
                match why {
                    Some(why) => tell(session, &why)?,
                    None => tell_ended(session, state)?,
                }
                Ok(Exit::Success)
            }
            Ok(None) => Err(Failure::new(Sentence::new("cli-no-job").with("id", id.to_string()))),
            Err(failure) => {
                let why = Why::store_unreachable(&failure.text(session.language()), &session.reader());
                tell(session, &why)?;
                Ok(Exit::Unreachable)
            }
        }
    }
}

async fn ask(session: &Session, id: &JobId) -> Result<Option<(&'static str, Option<Why>)>, Failure> {
    let app = session.app_for_looking().await?;
    let Some(record) = app.backend().find(id).await? else { return Ok(None) };
    let state = record.state.as_str();
    let circumstances = Circumstances::of(app, record).await?;
    Ok(Some((state, Why::of(&circumstances, &session.reader()))))
}

fn tell(session: &Session, why: &Why) -> Result<(), Failure> {
    let output = session.output();
    match output.is_json() {
        true => output.json(why),
        false => output.line(format_args!("{}: {}\n  {}", why.code, one_line(&why.sentence), one_line(&why.remedy))),
    }
}

fn tell_ended(session: &Session, state: &'static str) -> Result<(), Failure> {
    let output = session.output();
    let sentence = session.language().text_with("why-ended", &[("state", state.into())]);
    match output.is_json() {
        true => output.json(&Ended { code: (), sentence, remedy: (), facts: EndedFacts { state } }),
        false => output.line(sentence),
    }
}
