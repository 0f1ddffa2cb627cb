//! A database of a test's own on each server, by the addresses that the two sides give it.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A schema on the server that `TEST_POSTGRES_URL` names.
    Postgres,
    /// A database on the server that `TEST_MYSQL_URL` names, MariaDB here.
    Mysql,
    /// A file.
    Sqlite,
}

/// Where a table lies.
#[derive(Clone, Debug)]
pub struct Table {
    kind: Kind,
    server: String,
    name: String,
}

impl Table {
    /// A name that nobody has used on the server; the file lies in the folder.
    ///
    /// # Panics
    /// No server is named.
    pub fn new(kind: Kind, folder: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let nonce = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        let name = format!("peers_{}_{nonce}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let of_variable = |variable: &str| {
            let url = std::env::var(variable).unwrap_or_else(|_| {
                panic!("{variable} names no server: run the tests with scripts/test, which starts one")
            });
            url.trim_end_matches('/').to_owned()
        };
        match kind {
            Kind::Postgres => Self { kind, server: of_variable("TEST_POSTGRES_URL"), name },
            Kind::Mysql => Self { kind, server: of_variable("TEST_MYSQL_URL"), name },
            Kind::Sqlite => Self { kind, server: folder.join("app.sqlite3").to_str().unwrap().to_owned(), name },
        }
    }

    /// Which database.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How we name it.
    pub fn url(&self) -> String {
        let Self { server, name, .. } = self;
        match self.kind {
            Kind::Postgres => format!("delayed-job+{server}?search_path={name}"),
            Kind::Mysql => format!("delayed-job+{server}/{name}"),
            Kind::Sqlite => format!("delayed-job+sqlite:{server}"),
        }
    }

    /// Tells a process of Ruby's where it is.
    pub fn name_to_ruby(&self, command: &mut Command) {
        command.env("DATABASE_URL", self.ruby_url());
    }

    /// Has the first process of Ruby's make the place for the table.
    pub fn make_by_ruby(&self, command: &mut Command) {
        let (server, first) = match self.kind {
            Kind::Postgres => (self.server.clone(), format!("CREATE SCHEMA {}", self.name)),
            Kind::Mysql => (self.ruby_server(), format!("CREATE DATABASE {} CHARACTER SET utf8mb4", self.name)),
            Kind::Sqlite => return,
        };
        command.env("SERVER_URL", server).env("DATABASE_FIRST", first);
    }

    /// What takes the place away again, if that is more than a file.
    pub fn drop_statement(&self) -> Option<String> {
        match self.kind {
            Kind::Postgres => Some(format!("DROP SCHEMA {} CASCADE", self.name)),
            Kind::Mysql => Some(format!("DROP DATABASE {}", self.name)),
            Kind::Sqlite => None,
        }
    }

    fn ruby_url(&self) -> String {
        let Self { server, name, .. } = self;
        match self.kind {
            Kind::Postgres => format!("{server}?schema_search_path={name}"),
            Kind::Mysql => format!("{}/{name}?encoding=utf8mb4", self.ruby_server()),
            Kind::Sqlite => format!("sqlite3:{server}?timeout=30000"),
        }
    }

    fn ruby_server(&self) -> String {
        self.server.replacen("mysql:", "mysql2:", 1)
    }
}
