//! The programs that are compared.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Jobs at once, for each of them.
pub const CONCURRENCY: usize = 10;

/// A program that runs and enqueues Sidekiq's jobs.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    pub name: &'static str,
    /// Jobs that its worker is given: some seconds' worth.
    pub n_jobs: usize,
    pub has_client: bool,
    pub has_bulk: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Egret,
    /// With the log that it writes by default, or only with warnings.
    Ruby {
        logs: bool,
    },
    Rusty,
    Bare,
}

/// What the server and the machine give at most: a command a round trip, or a hundred where a thousand jobs go together.
pub const BARE: &str = "a bare socket";

/// The first of Ruby's is what others are compared with.
pub const PEERS: [Peer; 5] = [
    Peer {
        name: "Sidekiq 6.4, quiet",
        n_jobs: 30_000,
        has_client: true,
        has_bulk: true,
        kind: Kind::Ruby { logs: false },
    },
    Peer {
        name: "Sidekiq 6.4, default log",
        n_jobs: 20_000,
        has_client: false,
        has_bulk: false,
        kind: Kind::Ruby { logs: true },
    },
    Peer { name: BARE, n_jobs: 100_000, has_client: true, has_bulk: true, kind: Kind::Bare },
    Peer { name: "rusty-sidekiq", n_jobs: 30_000, has_client: true, has_bulk: false, kind: Kind::Rusty },
    Peer { name: "Egret", n_jobs: 300_000, has_client: true, has_bulk: true, kind: Kind::Egret },
];

impl Peer {
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Egret)
    }

    /// Its worker on the queue `default`.
    pub fn worker(&self, url: &str) -> Command {
        match self.kind {
            Kind::Egret => command(this_program(), &["sidekiq", "worker", url]),
            Kind::Bare => command(this_program(), &["sidekiq", "bare-worker", url]),
            Kind::Rusty => command(beside("rusty"), &["worker", url]),
            Kind::Ruby { logs } => {
                let threads = CONCURRENCY.to_string();
                let source = ruby("worker.rb");
                let mut command = command(
                    "sidekiq",
                    &["-r", &source.display().to_string(), "-q", "default", "-c", &threads, "-t", "1"],
                );
                command.env("REDIS_URL", url).env("BENCH_LOG", if logs { "info" } else { "warn" });
                command
            }
        }
    }

    /// Its client: `way` is `single` or `bulk`. It ends by itself.
    pub fn client(&self, url: &str, way: &str, count: usize) -> Command {
        let count = count.to_string();
        match self.kind {
            Kind::Egret => command(this_program(), &["sidekiq", "client", url, way, &count]),
            Kind::Bare => command(this_program(), &["sidekiq", "bare-client", url, way, &count]),
            Kind::Rusty => command(beside("rusty"), &["client", url, way, &count]),
            Kind::Ruby { .. } => {
                let mut command = command("ruby", &[&ruby("client.rb").display().to_string(), way, &count]);
                command.env("REDIS_URL", url);
                command
            }
        }
    }
}

fn command(program: impl AsRef<std::ffi::OsStr>, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words);
    command
}

fn ruby(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby/sidekiq").join(name)
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("this program has a path")
}

fn beside(name: &str) -> PathBuf {
    this_program().with_file_name(name)
}
