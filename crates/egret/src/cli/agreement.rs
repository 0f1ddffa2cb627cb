//! Asking a person before much is changed at once.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;

use super::{Failure, Session};

/// The options of every command that can change all that matches.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct AgreementArguments {
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
    /// Shows what would be changed, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

/// Whether to ask before anything is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Ask,
    Given,
    /// Nothing is to be changed.
    DryRun,
}

impl AgreementArguments {
    pub(super) fn agreement(self) -> Agreement {
        match (self.dry_run, self.yes) {
            (true, _) => Agreement::DryRun,
            (false, true) => Agreement::Given,
            (false, false) => Agreement::Ask,
        }
    }
}

impl Agreement {
    /// Refuses before anything is looked for when nobody could be asked.
    pub(super) fn check(self, session: &Session) -> Result<(), Failure> {
        let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
        if self != Self::Ask || can_ask {
            return Ok(());
        }
        let language = session.language();
        Err(Failure::usage(language.text("agreement-no-terminal"))
            .with_hint(language.text("agreement-no-terminal-hint")))
    }

    /// Whether what was found is to be changed, which is asked on the terminal unless it is known: anything but a yes is a
    /// no. Says so when nothing is changed. Nothing that was found needs no answer.
    pub(super) async fn is_given(self, session: &Session, n_found: u64, question: &str) -> Result<bool, Failure> {
        if n_found == 0 {
            return Ok(false);
        }
        let is_given = match self {
            Self::Given => true,
            Self::DryRun => false,
            Self::Ask => ask(session, &session.language().text_with(question, &[("count", n_found.into())])).await?,
        };
        if !is_given {
            session.output().note(session.language().text("bulk-nothing-done"));
        }
        Ok(is_given)
    }

    /// Whether what was found is shown to a person before.
    pub(super) fn shows(self, session: &Session) -> bool {
        !session.output().is_json() || self == Self::Ask
    }
}

async fn ask(session: &Session, question: &str) -> Result<bool, Failure> {
    session.output().ask(format_args!("{question} [y/N] "));
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let answer = read.await.map_err(|error| Failure::of(&error))?.map_err(|error| Failure::of(&error))?;
    Ok(["y", "yes", "はい"].contains(&answer.trim().to_lowercase().as_str()))
}
