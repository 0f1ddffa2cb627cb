//! The jobs on our side that are of Delayed Job's own kinds, and those that only its table is tried with.

use egret::arguments::RawArgument;
use egret::{Context, Job};
use serde_json::{Value, json};

use crate::jobs::{Unsteady, count, tell};

/// A call of the method `tell` of the module `Peer`.
#[derive(Debug, Job)]
#[job(class = "Peer.tell")]
pub struct Tell(RawArgument, RawArgument, RawArgument);

impl Tell {
    async fn perform(self, context: &Context) -> egret::Result {
        let arguments = [read(&self.0)?, read(&self.1)?, read(&self.2)?];
        tell("done", "Peer.tell", context, json!({ "arguments": arguments }))
    }
}

/// A struct.
#[derive(Debug, Job)]
pub struct Note {
    text: String,
    list: RawArgument,
    more: RawArgument,
}

impl Note {
    async fn perform(self, context: &Context) -> egret::Result {
        let Self { text, list, more } = self;
        let arguments = json!({ "text": text, "list": read(&list)?, "more": read(&more)? });
        tell("done", "Note", context, json!({ "arguments": arguments }))
    }
}

/// An object that is no struct.
#[derive(Debug, Job)]
pub struct Slip {
    text: String,
}

impl Slip {
    async fn perform(self, context: &Context) -> egret::Result {
        tell("done", "Slip", context, json!({ "arguments": { "text": self.text } }))
    }
}

/// Fails with a text that no column of PostgreSQL holds.
#[derive(Debug, Job)]
pub struct Blot(String);

impl Blot {
    async fn perform(self, context: &Context) -> egret::Result {
        tell("failed", "Blot", context, json!({ "run": count(&self.0)? }))?;
        Err(Unsteady(format!("{}\0鷺", self.0)).into())
    }
}

fn read(argument: &RawArgument) -> Result<Value, serde_json::Error> {
    serde_json::from_str(argument.get())
}
