//! Where Ruby's Delayed Job and our program meet: a table, and a database of Redis in which jobs tell what they did.

use std::path::Path;
use std::process::Command;

use egret_scenarios::application::{Application, succeeded};
use egret_scenarios::commands::LEASE_VARIABLE;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::wait_for;
use serde_json::{Value, json};

use super::table::{Kind, Table};
use crate::companion::Companion;
use crate::database::Database;
use crate::jobs::DATABASE_VARIABLE;
use crate::place::source;

/// Where both meet. When it goes out of scope, every process is killed and the table goes.
#[derive(Debug)]
pub struct Marsh {
    /// Our application in a folder of its own.
    pub application: Application,
    /// In which jobs tell.
    pub database: Database,
    /// The process of Ruby's that enqueues and looks.
    pub ruby: Companion,
    table: Table,
}

/// Who makes Delayed Job's table. Ours beside it are made in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// Its generator.
    Ruby,
    /// `egret migrate`.
    Egret,
}

/// What a test wants of the place.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Who makes Delayed Job's table.
    pub maker: Maker,
    /// Further lines of `config/job.yml`.
    pub settings: &'a str,
    /// The lease of our services in milliseconds; a tenth of it lies between two beats.
    pub lease: u32,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self { maker: Maker::Ruby, settings: "", lease: 9_000 }
    }
}

impl Marsh {
    /// A new table of Ruby's on the database, and our program.
    pub fn new(program: &str, kind: Kind) -> Self {
        Self::with(program, kind, Wish::default())
    }

    /// The same as it is wished.
    pub fn with(program: &str, kind: Kind, wish: Wish<'_>) -> Self {
        let database = Database::lease();
        // Delayed Job's own kinds are in no queue, which only a pattern takes.
        let configuration =
            format!("default:\n  mode: service\n  concurrency: 4\n  polling: {{queues: ['*']}}\n{}", wish.settings);
        let application = Application::new(program, &configuration);
        let table = Table::new(kind, application.root());
        let application = application
            .with_variable("EGRET_URL", table.url())
            .with_variable(DATABASE_VARIABLE, database.url())
            .with_variable("REDIS_URL", database.url())
            .with_variable(LEASE_VARIABLE, wish.lease);
        let mut command = of_ruby(&application, &table, "ruby");
        table.make_by_ruby(&mut command);
        command.arg(source("ruby/delayed_companion.rb"));
        let ruby = Companion::start(command, application.root().join("cookies"));
        if wish.maker == Maker::Ruby {
            ruby.look("migrate");
        }
        application.run(["migrate"]);
        Self { application, database, ruby, table }
    }

    /// Which database.
    pub fn kind(&self) -> Kind {
        self.table.kind()
    }

    /// How we name the table.
    pub fn url(&self) -> String {
        self.table.url()
    }

    /// Starts a service of ours.
    pub fn egret(&self) -> Foreground {
        self.application.start_service()
    }

    /// Starts a worker of Ruby's on every queue, and waits until it works.
    pub fn worker(&self) -> Foreground {
        self.worker_with(&[])
    }

    /// The same with variables of its own.
    pub fn worker_with(&self, variables: &[(&str, &str)]) -> Foreground {
        let mut command = self.rake("jobs:work");
        command.envs(variables.iter().copied());
        let worker = self.application.spawn_command(command);
        worker.wait_for_words("Starting job worker");
        worker
    }

    /// One of Delayed Job's own tasks.
    pub fn rake(&self, task: &str) -> Command {
        let mut command = of_ruby(&self.application, &self.table, "rake");
        command.arg("-f").arg(source("ruby/delayed.rake")).arg(task);
        command
    }

    /// What a task of Delayed Job's own prints, which must succeed.
    pub fn rake_says(&self, task: &str) -> String {
        succeeded(self.rake(task))
    }

    /// All rows, as Ruby reads them.
    pub fn rows(&self) -> Vec<Value> {
        self.ruby.look("rows").as_array().unwrap().clone()
    }

    /// The only row.
    pub fn row(&self) -> Value {
        let rows = self.rows();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// Waits until a row is as is wanted, and answers it.
    pub fn wait_for_row(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_for(what, || {
            let rows = self.rows();
            rows.iter().find(|row| is_so(row)).cloned().ok_or_else(|| format!("{rows:?}"))
        })
    }

    /// Waits until one row alone is left, and answers it: a job tells that it is done before its row goes.
    pub fn wait_for_only_row(&self) -> Value {
        wait_for("a single row", || {
            let rows = self.rows();
            if let [row] = rows.as_slice() { Ok(row.clone()) } else { Err(format!("{rows:?}")) }
        })
    }

    /// Waits until no row is left.
    pub fn wait_for_no_row(&self) {
        wait_for("an empty table", || {
            let rows = self.rows();
            if rows.is_empty() { Ok(()) } else { Err(format!("{} rows, such as {}", rows.len(), rows[0])) }
        });
    }

    /// Makes all rows due.
    pub fn make_due(&self) {
        self.ruby.ask("age", json!({ "column": "run_at", "seconds": 10 }));
    }
}

impl Drop for Marsh {
    fn drop(&mut self) {
        if let (Some(statement), false) = (self.table.drop_statement(), std::thread::panicking()) {
            self.ruby.ask("say", json!({ "statement": statement }));
        }
    }
}

fn of_ruby(application: &Application, table: &Table, program: &str) -> Command {
    let mut command = application.command_of(Path::new(program), [""; 0]);
    table.name_to_ruby(&mut command);
    command.env("LC_ALL", "C.UTF-8").env("RUBYOPT", "-Ku");
    command
}
