//! Our worker.

use egret::config::{Config, LoadOptions};
use egret::service::StopControl;
use egret::{App, Job};

use crate::{Failure, worker};

/// Does nothing.
#[derive(Job)]
struct Nothing(u64);

impl Nothing {
    async fn perform(self) {}
}

/// Tells how long it waited since the time that it brings along, in microseconds since the epoch.
#[derive(Job)]
struct Stamp(u64);

impl Stamp {
    async fn perform(self) {
        println!("{}", worker::now().saturating_sub(self.0));
    }
}

/// Makes Delayed Job's table and ours beside it.
pub fn migrate(url: &str) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(egret::migrate(&config(url)?))?;
    Ok(())
}

/// Runs a service until it is killed.
pub fn work(url: &str) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let app = App::builder().config(config(url)?).register::<Nothing>().register::<Stamp>().start_nothing();
        let service = app.build().await?.service("default")?;
        service.start(StopControl::new())?.ended().await?;
        Ok(())
    })
}

fn config(url: &str) -> Result<Config, Failure> {
    let mut options = LoadOptions::in_folder(std::env::temp_dir());
    let settings = [("url", format!("delayed-job+{url}")), ("mode", "service".to_owned())];
    options.overrides = settings.map(|(key, value)| (key.to_owned(), value)).into();
    Ok(Config::load(&options)?)
}
