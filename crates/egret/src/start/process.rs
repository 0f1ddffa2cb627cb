//! Services as processes of their own: this program, started again in a session of its own.

use std::path::PathBuf;
use std::process::{Child, Command};

use async_trait::async_trait;
use egret_core::{StartRight, Words, words};

use super::Starter;
use super::birth::{Birth, Newborn};
use super::service_log::{SERVICE_LOG, open_log, rotate};
use crate::config::Config;
use crate::program::Reexec;
use crate::{App, Error, ErrorKind};

/// First argument of the short-lived process between the enqueuer and the service; the name of the service follows, then
/// the service's own arguments. It leaves the enqueuer's session, starts the service, stays until that has registered and
/// ends, so that the service is nobody's child and leaves no zombie.
pub(crate) const DETACH_ARGUMENT: &str = "__detach";
/// Carries the nonce of the right to start from the enqueuer to the service.
pub(crate) const START_RIGHT_VARIABLE: &str = "EGRET_START_RIGHT";

/// Starts services by running this program again.
#[derive(Debug)]
pub(crate) struct ProcessStarter {
    reexec: Reexec,
    root: PathBuf,
    environment: String,
    url: String,
}

impl ProcessStarter {
    pub(crate) fn new(reexec: Reexec, config: &Config) -> Self {
        Self {
            reexec,
            root: config.root.clone(),
            environment: config.environment.clone(),
            url: config.url.as_str().to_owned(),
        }
    }

    fn command(&self, right: &StartRight) -> Result<Command, Error> {
        let path = self.root.join(SERVICE_LOG);
        rotate(&path);
        let log = open_log(&path)?;
        let errors = log
            .try_clone()
            .map_err(|error| Error::io(Words::failed(Words::verb("share the service's log file")), error))?;
        let mut command = Command::new(self.reexec.executable()?);
        command
            .args([DETACH_ARGUMENT, right.name.as_str(), "run", "--mode", "on_demand"])
            .env("EGRET_ROOT", &self.root)
            .env("EGRET_ENV", &self.environment)
            .env("EGRET_URL", &self.url)
            .env(START_RIGHT_VARIABLE, right.nonce.to_string())
            .stdout(log)
            .stderr(errors);
        for name in super::MANAGER_VARIABLES {
            command.env_remove(name);
        }
        Ok(command)
    }
}

#[async_trait]
impl Starter for ProcessStarter {
    async fn start(&self, _app: &App, right: &StartRight) -> Result<(), Error> {
        let command = self.command(right)?;
        let between = tokio::task::spawn_blocking(move || Newborn::spawn(command)?.wait()).await;
        match between {
            Ok(Ok(Birth::Alive(between))) => {
                wait_for_end(between);
                Ok(())
            }
            Ok(Ok(Birth::Dead(status))) => Err(Error::new(
                ErrorKind::System,
                words!(
                    "start-ended",
                    "starting the service ended with {status}; its log is `{log}`",
                    status = status,
                    log = SERVICE_LOG
                ),
            )),
            Ok(Err(error)) => {
                Err(Error::io(Words::failed(words!("verb-run-file", "run {path}", path = self.reexec)), error))
            }
            Err(_) => Err(Error::internal("starting the service ended with a panic")),
        }
    }
}

/// Leaves no zombie in a process that lives on; one that ends is not held up.
fn wait_for_end(mut between: Child) {
    let waiting = std::thread::Builder::new().name("egret-starter".to_owned()).stack_size(64 * 1024);
    let _ = waiting.spawn(move || between.wait());
}
