//! What the process between an enqueuer and the service does.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use egret_core::{StartFailure, StartRight, Timestamp, Words, words};
use futures_util::FutureExt as _;

use super::birth::{Birth, Newborn, announce};
use super::process::START_RIGHT_VARIABLE;
use super::service_log::SERVICE_LOG;
use crate::config::{Config, StoreUrl};
use crate::program::Reexec;
use crate::{App, Error, ErrorKind};

/// How much of the end of a log goes into the reason of a failed start.
const MOST_OF_THE_LOG: u64 = 600;

/// Leaves the session, starts the service, tells the enqueuer that it is on its way, and watches it until it has
/// registered. A service that dies before leaves its reason in the store.
///
/// `arguments`: the name of the service, then what it is started with.
pub(crate) fn detach(reexec: &Reexec, arguments: &[OsString]) -> Result<(), Error> {
    let [name, arguments @ ..] = arguments else {
        return Err(Error::internal("the name of the service to start is missing"));
    };
    // Fails only for the leader of a process group, and this process was started as a plain child; even then the
    // service runs, in the enqueuer's session.
    let _ = rustix::process::setsid();
    let log = ServiceLog::of_process();
    let mut command = Command::new(reexec.executable()?);
    command.args(arguments);
    let failed = |error| Error::io(Words::failed(words!("verb-run-file", "run {path}", path = reexec)), error);
    let newborn = Newborn::spawn(command).map_err(failed)?;
    announce()?;
    match newborn.wait().map_err(failed)? {
        // One that ends in peace had nothing to do: enough services are alive.
        Birth::Alive(_) => Ok(()),
        Birth::Dead(status) if status.success() => Ok(()),
        Birth::Dead(status) => leave_reason(&name.to_string_lossy(), reason(status, &log)),
    }
}

fn reason(status: ExitStatus, log: &ServiceLog) -> String {
    match log.written_since() {
        Some(text) => format!("the service ended with {status} before it was ready: {text}"),
        None => format!("the service ended with {status} before it was ready, and wrote nothing to `{SERVICE_LOG}`"),
    }
}

/// Puts the reason where `why` finds it, and has the next start wait a while.
///
/// Goes by what the enqueuer knew, not by the configuration's file: that may be what the service died of.
fn leave_reason(name: &str, error: String) -> Result<(), Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let Some(nonce) = variable(START_RIGHT_VARIABLE).and_then(|nonce| nonce.parse().ok()) else {
        return Err(Error::new(ErrorKind::System, error));
    };
    let mut config = Config::default();
    if let Some(root) = std::env::var_os("EGRET_ROOT") {
        config.root = PathBuf::from(root);
    }
    if let Some(url) = variable("EGRET_URL").and_then(StoreUrl::new) {
        config.url = url;
    }
    let right = StartRight { name: name.to_owned(), nonce, granted_at: Timestamp::now() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io("failed to make a runtime", error))?;
    let tell = async {
        let app = App::builder().config(config).start_nothing().build().await?;
        Ok(app.backend().start_failed(StartFailure { right, error }).await?)
    };
    runtime.block_on(tell.boxed_local())
}

/// The log into which the service writes, from where it ended before.
struct ServiceLog {
    path: PathBuf,
    length: u64,
}

impl ServiceLog {
    fn of_process() -> Self {
        let path = std::env::var_os("EGRET_ROOT").map(PathBuf::from).unwrap_or_default().join(SERVICE_LOG);
        let length = path.metadata().map_or(0, |file| file.len());
        Self { path, length }
    }

    /// The end of what has been written since, on one line.
    fn written_since(&self) -> Option<String> {
        let text = tail(&self.path, self.length).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        (!lines.is_empty()).then(|| lines.join(" / "))
    }
}

/// What a file holds from `start` on, at most its end.
fn tail(path: &Path, start: u64) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(start.max(length.saturating_sub(MOST_OF_THE_LOG)).min(length)))?;
    let mut bytes = Vec::new();
    file.take(MOST_OF_THE_LOG).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_has_what_was_written_since() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "before\n").unwrap();
        let log = ServiceLog { path: path.clone(), length: 7 };
        assert_eq!(log.written_since(), None);
        std::fs::write(&path, "before\nno memory\n\n  hint: buy some\n").unwrap();
        assert_eq!(log.written_since().as_deref(), Some("no memory / hint: buy some"));
    }

    #[test]
    fn a_long_log_is_cut_at_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "x".repeat(10_000) + "the end").unwrap();
        let text = tail(&path, 0).unwrap();
        assert_eq!(text.len() as u64, MOST_OF_THE_LOG);
        assert!(text.ends_with("the end"));
    }
}
