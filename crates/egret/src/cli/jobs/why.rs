//! `egret jobs why`.

use clap::Args;
use egret_core::JobId;
use serde::Serialize;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Session, exit};
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

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    /// The job's state; absent when the store cannot be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// Why it does not run; null when it has ended and waits for nobody.
    why: Option<&'a Why>,
}

impl WhyNot {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let id = JobId::from(self.id);
        match ask(session, &id).await {
            Ok(Some((state, why))) => {
                tell(session, Some(state), why.as_ref())?;
                Ok(Exit::Success)
            }
            Ok(None) => Err(Failure::new(format!("there is no job `{id}`"))),
            Err(failure) => {
                let why = Why::store_unreachable(&failure.to_string(), &session.reader());
                tell(session, None, Some(&why))?;
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

fn tell(session: &Session, state: Option<&'static str>, why: Option<&Why>) -> Result<(), Failure> {
    let output = session.output();
    if output.is_json() {
        return output.json(&Answer { state, why });
    }
    match why {
        Some(why) => output.line(format_args!("{}: {}\n  {}", why.code, why.sentence, why.remedy)),
        None => output.line(session.language().text_with("why-ended", &[("state", state.unwrap_or_default().into())])),
    }
}
