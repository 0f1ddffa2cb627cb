//! The programs that are compared, each as it is without settings: one process, in Ruby one job at a time, here ten.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Programs that run Delayed Job's jobs.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    pub name: &'static str,
    /// Jobs that its worker is given: some seconds' worth.
    pub n_jobs: usize,
    /// Jobs that come to it one by one.
    pub n_pickups: usize,
    /// Between two looks at an empty table.
    pub pause: Duration,
    /// Whether a worker of Ruby's works on the same table.
    pub is_beside_ruby: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Egret,
    /// With the log that it writes by default, or with none.
    Ruby {
        logs: bool,
    },
}

const QUIET: Peer = Peer {
    name: "Delayed Job 4.1, quiet",
    n_jobs: 4_000,
    n_pickups: 12,
    pause: Duration::from_secs(5),
    is_beside_ruby: false,
    kind: Kind::Ruby { logs: false },
};

const EGRET: Peer = Peer {
    name: "Egret",
    n_jobs: 100_000,
    n_pickups: 300,
    pause: Duration::from_millis(100),
    is_beside_ruby: false,
    kind: Kind::Egret,
};

/// The first is what others are compared with.
pub const PEERS: [Peer; 4] = [
    QUIET,
    Peer { name: "Delayed Job 4.1, default log", n_pickups: 0, kind: Kind::Ruby { logs: true }, ..QUIET },
    EGRET,
    Peer { name: "Egret and a Ruby worker", n_pickups: 0, is_beside_ruby: true, ..EGRET },
];

impl Peer {
    /// Its worker.
    pub fn worker(&self, url: &str) -> Command {
        match self.kind {
            Kind::Egret => {
                let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
                command.args(["delayed-job", "worker", url]);
                command
            }
            Kind::Ruby { logs } => ruby(url, logs),
        }
    }

    /// The worker of Ruby's beside it.
    pub fn companion(&self, url: &str) -> Option<Command> {
        self.is_beside_ruby.then(|| ruby(url, false))
    }
}

fn ruby(url: &str, logs: bool) -> Command {
    let mut command = Command::new("ruby");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby/delayed_job/worker.rb"));
    command.env("DATABASE_URL", url);
    if !logs {
        command.env("QUIET", "1");
    }
    command
}
