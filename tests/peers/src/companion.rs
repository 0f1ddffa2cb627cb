//! The process of another system that enqueues, looks and gives orders through that system's own API; Sidekiq's also serves
//! its web page.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::page::Page;

/// The process. Killed when it goes out of scope.
#[derive(Debug)]
pub struct Companion {
    /// Guards the conversation: one question, one answer.
    talk: Mutex<Talk>,
    /// Where the page is, if there is one.
    page: Option<String>,
    cookies: std::path::PathBuf,
}

#[derive(Debug)]
struct Talk {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Companion {
    /// Starts it; cookies of its page go to the file.
    pub(crate) fn start(mut command: Command, cookies: std::path::PathBuf) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut talk = Talk { child, lines };
        let page = talk.read()["page"].as_str().map(str::to_owned);
        Self { talk: Mutex::new(talk), page, cookies }
    }

    /// Has it do something, and answers what it answers.
    ///
    /// # Panics
    /// The other side raised an error.
    pub fn ask(&self, order: &str, with: Value) -> Value {
        let mut talk = self.lock();
        let line = json!({ "do": order, "with": with });
        writeln!(talk.child.stdin.as_mut().unwrap(), "{line}").unwrap();
        let mut answer = talk.read();
        assert!(answer["error"].is_null(), "{line}: {answer}");
        answer["answer"].take()
    }

    /// What it answers without being told more.
    pub fn look(&self, order: &str) -> Value {
        self.ask(order, json!({}))
    }

    /// The entries of the set `retry`, `dead` or `schedule`.
    pub fn set(&self, name: &str) -> Vec<Value> {
        self.ask("set", json!({ "name": name })).as_array().unwrap().clone()
    }

    /// Sidekiq's web page.
    pub fn page(&self) -> Page {
        Page::new(self.page.clone().expect("it serves a page"), self.cookies.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap()
    }
}

impl Talk {
    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{error}: the companion ended early; it said `{line}`"))
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        if let Ok(mut talk) = self.talk.lock() {
            let _ = talk.child.kill();
            let _ = talk.child.wait();
        }
    }
}
