//! Processes that work, and waiting for what they do.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Failure;

/// Longer than any of them takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A worker's process; killed when it goes out of scope.
pub struct Worker(Child);

impl Worker {
    /// Starts it; what it writes goes to a file, as in production.
    pub fn start(mut command: Command) -> Result<Self, Failure> {
        command.stdout(log()?);
        Self::spawn(command)
    }

    /// Starts it, and hears what it writes.
    pub fn start_and_listen(mut command: Command) -> Result<(Self, Told), Failure> {
        command.stdout(Stdio::piped());
        let mut worker = Self::spawn(command)?;
        let lines = BufReader::new(worker.0.stdout.take().expect("it is piped")).lines();
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Ok((worker, Told(told)))
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    fn spawn(mut command: Command) -> Result<Self, Failure> {
        let spawned = command.stdin(Stdio::null()).stderr(log()?).spawn();
        Ok(Self(spawned.map_err(|error| format!("{command:?}: {error}"))?))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn log() -> Result<Stdio, Failure> {
    Ok(tempfile::tempfile()?.into())
}

/// What jobs write, a number a line.
pub struct Told(Receiver<String>);

impl Told {
    /// The next number.
    pub fn number(&self) -> Result<u64, Failure> {
        let line = self.0.recv_timeout(PATIENCE).map_err(|error| format!("no job tells anything: {error}"))?;
        Ok(line.parse().map_err(|_| format!("a job tells `{line}`, not a number"))?)
    }
}

/// Looks again after each pause until it holds, and answers when it did.
pub fn wait_until(pause: Duration, mut holds: impl FnMut() -> Result<bool, Failure>) -> Result<Instant, Failure> {
    let began = Instant::now();
    loop {
        if holds()? {
            return Ok(Instant::now());
        }
        if began.elapsed() > PATIENCE {
            return Err("a program did not get on within two minutes".into());
        }
        std::thread::sleep(pause);
    }
}

/// Microseconds since the epoch.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock shows a year after 1970");
    u64::try_from(since.as_micros()).expect("fits for some hundred thousand years")
}
