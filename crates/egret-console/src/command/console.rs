//! `egret console`: serves the console alone.

use std::net::SocketAddr;

use async_trait::async_trait;
use clap::{ArgMatches, Args as _, FromArgMatches as _};
use egret::cli::{Addition, Exit, Failure, Session};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::{Console, ConsoleOptions, Writing, serve};

/// `egret console`.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleCommand;

/// Serves the web console
#[derive(clap::Args, Debug)]
struct Arguments {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Lets nobody change anything through it
    #[arg(long)]
    read_only: bool,
}

#[async_trait(?Send)]
impl Addition for ConsoleCommand {
    fn command(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("console"))
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments = Arguments::from_arg_matches(arguments).map_err(|error| Failure::usage(error.to_string()))?;
        let mut options = ConsoleOptions::default();
        options.writing = if arguments.read_only { Writing::ReadOnly } else { Writing::Allowed };
        let app = session.app().await?.clone();
        let console = Console::builder(app).options(options).build().await.map_err(|error| Failure::of(&error))?;
        let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
            Failure::new(format!("failed to listen on `{}`: {error}", arguments.listen))
                .with_hint("choose another address with `--listen`".to_owned())
        })?;
        let address = listener.local_addr().map_err(|error| Failure::of(&error))?;
        session.output().note(format_args!("{}", serve::url(address)));
        serve::serve(listener, console.router(), told_to_stop()?).await.map_err(|error| Failure::of(&error))?;
        Ok(Exit::Success)
    }
}

/// Done with the first signal that asks the process to end.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::of(&error));
    let mut signals = [listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?, listen(SignalKind::quit())?];
    Ok(async move {
        let [interrupt, terminate, quit] = &mut signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = quit.recv() => {}
        }
    })
}
