//! What became of tasks that a person wanted to change.

use serde::Serialize;

use super::super::super::output::one_line;
use super::super::super::{Exit, Failure, Session};
use super::super::show::no_task;
use super::Verb;
use crate::{Error, chain};
use egret_core::shell::quoted;

/// What became of the tasks.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub(super) changed: Vec<String>,
    refused: Vec<Refused>,
    /// Names that no task has.
    pub(super) unknown: Vec<String>,
}

/// A task that stayed as it is.
#[derive(Debug, Serialize)]
struct Refused {
    name: String,
    reason: String,
}

impl Report {
    pub(super) fn refuse(&mut self, name: String, error: &Error) {
        self.refused.push(Refused { name, reason: chain(error) });
    }

    pub(super) fn exit(&self) -> Exit {
        if self.refused.is_empty() && self.unknown.is_empty() { Exit::Success } else { Exit::Failure }
    }

    /// Says it of tasks that were named one by one.
    pub(super) fn tell(&self, session: &Session, verb: Verb) -> Result<Exit, Failure> {
        let (output, language) = (session.output(), session.language());
        if output.is_json() {
            output.json(self)?;
        } else {
            for name in &self.changed {
                let name = one_line(name);
                output.line(language.text_with(verb.done(), &[("name", name.into())]))?;
            }
        }
        for name in &self.unknown {
            output.failure(&no_task(session, name));
        }
        self.tell_refused(session, verb);
        Ok(self.exit())
    }

    /// Says which stayed as they are, and why.
    pub(super) fn tell_refused(&self, session: &Session, verb: Verb) {
        for refused in &self.refused {
            let hint = verb.remedy().map(|remedy| {
                session.language().text_with(remedy, &[("name", quoted(one_line(&refused.name)).into())])
            });
            session.output().failure(&Failure::new(one_line(&refused.reason)).with_hint(hint));
        }
    }
}

impl Verb {
    /// The message that says that it is done.
    fn done(self) -> &'static str {
        match self {
            Self::Interrupt => "tasks-interrupt-done",
            Self::Reset(_) => "tasks-reset-done",
            Self::Delete(_) => "tasks-delete-done",
        }
    }

    /// The message with what to do instead when it is refused.
    fn remedy(self) -> Option<&'static str> {
        (self != Self::Interrupt).then_some("tasks-refused-hint")
    }
}
