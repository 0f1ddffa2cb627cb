//! Where the systems meet: a database, a folder, our application, and the others' processes beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use egret_scenarios::application::Application;
use egret_scenarios::commands::LEASE_VARIABLE;
use egret_scenarios::foreground::Foreground;
use serde_json::Value;

use crate::companion::Companion;
use crate::database::Database;
use crate::jobs::DATABASE_VARIABLE;

/// Where the systems meet. When it goes out of scope, every process is killed and the database emptied.
#[derive(Debug)]
pub struct Place {
    /// Our application in a folder of its own.
    pub application: Application,
    /// The database of all of them.
    pub database: Database,
}

impl Place {
    /// A place for Sidekiq and our program.
    pub fn of_sidekiq(program: &str) -> Self {
        Self::new(program, "sidekiq")
    }

    /// A place for the system whose URLs begin with the word.
    pub fn new(program: &str, system: &str) -> Self {
        let database = Database::lease();
        let configuration = format!(
            "url: {system}+{}\ndefault:\n  mode: service\n  concurrency: 4\n  polling: {{queues: [default, mailers]}}\n",
            database.url()
        );
        // A beat every second and a half, since orders and figures go with it.
        let application = Application::new(program, &configuration)
            .with_variable(DATABASE_VARIABLE, database.url())
            .with_variable(LEASE_VARIABLE, 9_000);
        Self { application, database }
    }

    /// The same with a variable for every process of our application.
    #[must_use]
    pub fn with_variable(self, name: &str, value: impl ToString) -> Self {
        Self { application: self.application.with_variable(name, value), ..self }
    }

    /// Starts a service of ours.
    pub fn egret(&self) -> Foreground {
        self.application.start_service()
    }

    /// Starts Ruby's Sidekiq on our queues, and waits until it works.
    pub fn sidekiq(&self) -> Foreground {
        self.sidekiq_with(&["-q", "default", "-q", "mailers", "-c", "4"])
    }

    /// Starts Ruby's Sidekiq with these arguments, and waits until it works.
    pub fn sidekiq_with(&self, arguments: &[&str]) -> Foreground {
        let mut command = self.of_ruby("sidekiq");
        command.arg("-r").arg(source("ruby/jobs.rb")).args(["-t", "2"]).args(arguments);
        let sidekiq = self.application.spawn_command(command);
        sidekiq.wait_for_words("Running in ruby");
        sidekiq
    }

    /// Starts the Ruby process that enqueues, looks and serves the page.
    pub fn companion(&self) -> Companion {
        let mut command = self.of_ruby("ruby");
        command.arg(source("ruby/companion.rb"));
        Companion::start(command, self.application.root().join("cookies"))
    }

    /// Starts a worker of node-resque on these queues, and waits until it works.
    pub fn node_worker(&self, queues: &str) -> Foreground {
        self.node(&["worker", queues])
    }

    /// Starts the scheduler of node-resque, and waits until it works.
    pub fn node_scheduler(&self) -> Foreground {
        self.node(&["scheduler"])
    }

    /// Starts the Node process that enqueues and looks.
    pub fn node_companion(&self) -> Companion {
        Companion::start(self.of_node(&["companion"]), self.application.root().join("cookies"))
    }

    fn node(&self, words: &[&str]) -> Foreground {
        let node = self.application.spawn_command(self.of_node(words));
        node.wait_for_words("ready");
        node
    }

    fn of_node(&self, words: &[&str]) -> Command {
        let packages = source("../../.tools/peers/node_modules");
        assert!(packages.is_dir(), "node-resque is not installed: run the tests with scripts/test, which installs it");
        let mut command = self.application.command_of(Path::new("node"), [""; 0]);
        command.arg(source("node/peer.js")).args(words);
        command.env("REDIS_URL", self.database.url()).env("NODE_PATH", packages);
        command
    }

    /// What a program of Ruby's prints.
    pub fn ruby_says(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.of_ruby(program);
        command.args(arguments);
        egret_scenarios::application::succeeded(command)
    }

    /// Enqueues a job of Sidekiq's own kind with our program, and answers its id.
    pub fn enqueue_native(&self, class: &str, arguments: &Value, options: &Value) -> String {
        let words = ["enqueue-for", "sidekiq", class, &arguments.to_string(), "--options", &options.to_string()];
        self.application.run(words).trim().to_owned()
    }

    fn of_ruby(&self, program: &str) -> Command {
        let mut command = self.application.command_of(Path::new(program), [""; 0]);
        command.env("REDIS_URL", self.database.url());
        command
    }
}

/// A file of this crate, or of a copy of it that the variable `PEERS_SOURCES` names.
pub fn source(name: &str) -> PathBuf {
    let folder =
        std::env::var_os("PEERS_SOURCES").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    folder.join(name)
}
