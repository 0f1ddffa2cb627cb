//! `egret queues pause` and `resume`.

use clap::Args;
use egret_core::{Listing, Timestamp};
use serde::Serialize;

use super::super::agreement::AgreementArguments;
use super::super::arguments::Json;
use super::super::failure::did_you_mean;
use super::super::output::one_line;
use super::super::placement;
use super::super::{Exit, Failure, Session};
use super::list;
use crate::App;
use crate::bulk::SAMPLES;
use crate::queues::{self, QueueOverview};

/// Which queues.
#[derive(Args, Debug)]
pub(super) struct PauseArguments {
    /// The queues
    #[arg(
        value_name = "QUEUE",
        value_parser = placement::queue,
        required_unless_present = "all",
        conflicts_with_all = ["all", "dry_run"],
    )]
    names: Vec<String>,
    /// For `pause` all queues that are not paused, for `resume` all that are
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    agreement: AgreementArguments,
    #[command(flatten)]
    pub(super) format: Json,
}

/// What is done to queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Pause,
    Resume,
}

/// A queue whose pause began or ended.
#[derive(Serialize)]
struct Changed {
    name: String,
    paused_at: Option<Timestamp>,
}

impl PauseArguments {
    pub(super) async fn perform(self, session: &Session, verb: Verb) -> Result<Exit, Failure> {
        if self.all {
            return self.perform_on_all(session, verb).await;
        }
        let app = session.app_for_changing().await?;
        let known = queues::overview(app).await?;
        for name in &self.names {
            verb.change(app, name).await?;
            if verb == Verb::Pause && known.iter().all(|queue| queue.name != *name) {
                warn_of_unknown(session, name, &known);
            }
        }
        say(session, app, verb, self.names).await
    }

    async fn perform_on_all(self, session: &Session, verb: Verb) -> Result<Exit, Failure> {
        let agreement = self.agreement.agreement();
        agreement.check(session)?;
        // Without a store the queues of the configuration would be found, and paused nowhere.
        let app = session.app_for_changing().await?;
        let known = queues::overview(app).await?;
        let found: Vec<QueueOverview> =
            known.into_iter().filter(|queue| queue.paused_at.is_some() == (verb == Verb::Resume)).collect();
        if agreement.shows(session) {
            show(session, &found).await?;
        }
        let is_given = agreement.is_given(session, found.len() as u64, verb.question()).await?;
        let names = found.into_iter().filter(|_| is_given).map(|queue| queue.name).collect::<Vec<_>>();
        for name in &names {
            verb.change(app, name).await?;
        }
        say(session, app, verb, names).await
    }
}

/// How many there are, and some of them. Beside the data: what was done is the data.
async fn show(session: &Session, found: &[QueueOverview]) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    let (samples, more) = found.split_at(found.len().min(SAMPLES));
    output.note(match found.len() as u64 {
        0 => language.text("queues-none-match"),
        n_found => language.text_with("queues-found", &[("count", n_found.into())]),
    });
    output.note_table(list::table(language, samples, session.now().await?));
    if !more.is_empty() {
        output.note(language.text_with("bulk-more", &[("count", (more.len() as u64).into())]));
    }
    Ok(())
}

fn warn_of_unknown(session: &Session, name: &str, known: &[QueueOverview]) {
    let output = session.output();
    let text = session.language().text_with("queues-never-used", &[("name", name.into())]);
    output.note(one_line(&text));
    let meant = did_you_mean(name, known.iter().map(|queue| queue.name.as_str()));
    output.hint(meant.map(|meant| meant.text(session.language())).as_deref());
}

async fn say(session: &Session, app: &App, verb: Verb, names: Vec<String>) -> Result<Exit, Failure> {
    let (output, language) = (session.output(), session.language());
    if output.is_json() {
        let known = app.backend().queues().await?;
        let paused_at = |name: &str| known.iter().find(|queue| queue.name == name).and_then(|queue| queue.paused_at);
        let changed = names.into_iter().map(|name| Changed { paused_at: paused_at(&name), name });
        output.json(&Listing::whole(changed.collect()))?;
    } else {
        for name in names {
            output.line(language.text_with(verb.done(), &[("name", one_line(&name).into())]))?;
        }
    }
    Ok(Exit::Success)
}

impl Verb {
    async fn change(self, app: &App, name: &str) -> Result<(), Failure> {
        match self {
            Self::Pause => Ok(app.backend().pause(name).await?),
            Self::Resume => Ok(queues::resume(app, name).await?),
        }
    }

    /// The message that asks whether all of them are to be changed.
    fn question(self) -> &'static str {
        match self {
            Self::Pause => "queues-ask-pause",
            Self::Resume => "queues-ask-resume",
        }
    }

    /// The message that says that it is done.
    fn done(self) -> &'static str {
        match self {
            Self::Pause => "queues-paused",
            Self::Resume => "queues-resumed",
        }
    }
}
