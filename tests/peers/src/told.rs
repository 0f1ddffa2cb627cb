//! What jobs on any side tell, in keys that belong to no system.

use egret_scenarios::patience::wait_for;
use serde::Deserialize;
use serde_json::Value;

use crate::database::Database;

/// Everything that was told, a list of JSON.
pub const TOLD: &str = "peers:told";
/// How often each mark was run, a hash.
pub const RUNS: &str = "peers:runs";
/// Which number was counted how often, a hash.
pub const TALLY: &str = "peers:tally";
/// How many numbers each side counted, a hash.
pub const SIDES: &str = "peers:sides";
/// Jobs that hold end once this key is there.
pub const GATE: &str = "peers:gate";

/// What one job told.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `ruby`, `node` or `egret`.
    pub side: String,
    /// `begin`, `failed` or `done`.
    pub word: String,
    /// The class of the job.
    pub class: String,
    /// The process in which it ran.
    pub pid: u32,
    /// Sidekiq's id of the job, where the job knows it.
    pub jid: Option<String>,
    /// The number of the run of its mark, on any side.
    pub run: Option<u32>,
    /// The arguments.
    pub arguments: Option<Value>,
    /// The keyword arguments.
    pub keywords: Option<Value>,
    /// Active Job's count of executions.
    pub executions: Option<u32>,
}

impl Database {
    /// Everything that was told so far.
    pub fn told(&self) -> Vec<Entry> {
        let texts: Vec<String> = self.ask(&["LRANGE", TOLD, "0", "-1"]);
        texts
            .iter()
            .map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}")))
            .collect()
    }

    /// Waits until a job of the class has told the word so many times, and answers what it told.
    pub fn wait_for_told(&self, count: usize, word: &str, class: &str) -> Vec<Entry> {
        wait_for(&format!("{count} times the word `{word}` of {class}"), || {
            let told = self.told();
            let found: Vec<Entry> =
                told.iter().filter(|entry| entry.word == word && entry.class == class).cloned().collect();
            if found.len() >= count { Ok(found) } else { Err(format!("{told:?}")) }
        })
    }

    /// Waits until a job of the class is done.
    pub fn wait_for_done(&self, class: &str) -> Entry {
        self.wait_for_told(1, "done", class).remove(0)
    }

    /// Lets jobs that hold end.
    pub fn open_gate(&self) {
        self.ask::<()>(&["SET", GATE, "1"]);
    }

    /// Holds jobs again that hold.
    pub fn close_gate(&self) {
        self.ask::<()>(&["DEL", GATE]);
    }
}
