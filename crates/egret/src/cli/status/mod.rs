//! `egret status`: how it stands, for people and for monitoring; of a store, or of a console elsewhere.

mod http;
mod remote;
mod text;

use clap::Args;

use super::arguments::Json;
use super::rescue::give_back_jobs_of_the_dead;
use super::{Exit, Failure, Session, exit};
use crate::app::absent;
use crate::config::DEFAULT_SECTION;
use crate::status::{Facts, Verdict};
use crate::why::Why;

/// Shows how it stands: whether due jobs are late, why, and what mends it
#[derive(Args, Debug)]
#[command(after_help = exit::STATUS_HELP)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) format: Json,
    /// Ends with 1 when there is a warning although nothing is late
    #[arg(long)]
    strict: bool,
    /// A long-lived token, for a console that is asked with `--url http://HOST:PORT`
    #[arg(long, env = TOKEN, hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
}

/// The variable that holds the token: other users can read command lines.
const TOKEN: &str = "EGRET_TOKEN";

impl Status {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let status = self.status(session).await?;
        let output = session.output();
        match output.is_json() {
            true => output.json(&status)?,
            false => text::write(session, &status)?,
        }
        Ok(match status.status {
            Verdict::Stucked => Exit::Stuck,
            Verdict::Ok if self.strict && status.has_warnings() => Exit::Failure,
            Verdict::Ok => Exit::Success,
        })
    }

    async fn status(&self, session: &Session) -> Result<crate::status::Status, Failure> {
        let url = &session.config().url;
        if remote::is_console(url) {
            return remote::status(url, self.token.as_deref(), session.language()).await;
        }
        let facts = match facts(session).await {
            Ok(facts) => facts,
            Err(failure) => return Err(unreachable(session, &failure)?),
        };
        Ok(crate::status::Status::of(&facts, &session.reader()))
    }
}

/// That the store cannot be asked, by the code that `jobs why` has for it, for people and, as JSON, for programs.
fn unreachable(session: &Session, failure: &Failure) -> Result<Failure, Failure> {
    let why = Why::store_unreachable(&failure.text(session.language()), &session.reader());
    if session.output().is_json() {
        session.output().json(&why)?;
    }
    let failure = Failure::new(format!("{}: {}", why.code, why.sentence)).with_exit(Exit::Unreachable);
    Ok(failure.with_hint(format!("`{}`", why.remedy)))
}

async fn facts(session: &Session) -> Result<Facts, Failure> {
    if let Some(store) = absent(session.config()) {
        let section = session.config().section(DEFAULT_SECTION).map_err(|error| session.refusal(&error))?;
        return Ok(Facts::of_absent_store(session.config(), section, store.location, store.adapter));
    }
    let app = session.app().await?;
    // On demand, a service that died and an enqueuer that died before it could start one left this to whoever looks.
    // In mode service processes are the operator's, and looking changes nothing.
    if app.start_request().is_some() {
        give_back_jobs_of_the_dead(app).await?;
        app.start_service_if_needed().await?;
    }
    Ok(Facts::read(app).await?)
}
