//! `egret console`: serves the console alone.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use async_trait::async_trait;
use clap::{ArgMatches, Args as _, FromArgMatches as _};
use egret::cli::{Addition, Exit, Failure, Session};
use egret::language::Catalogue;
use egret_core::job_data::saturating_add;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{HELP, failure, trace};
use crate::access::LINK_LIFETIME;
use crate::pages::LINK_FILE;
use crate::words::WORDS;
use crate::{Console, ConsoleOptions, Writing, serve};

/// `egret console`.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleCommand;

/// Serves the web console
///
/// What stands under `console` in config/job.yml holds where an option is not given. As long as there are no users it shows
/// a link that makes the first one; `egret user add` makes users, too.
#[derive(clap::Args, Debug)]
struct Arguments {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Lets nobody change anything through it
    #[arg(long)]
    read_only: bool,
    /// A proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; may be given several times
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    trusted_proxies: Vec<IpAddr>,
    /// What the head of each page calls this installation
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
}

#[async_trait(?Send)]
impl Addition for ConsoleCommand {
    fn command(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("console"))
    }

    fn help(&self) -> Option<&'static Catalogue> {
        Some(&HELP)
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments = Arguments::from_arg_matches(arguments).map_err(|error| Failure::usage(error.to_string()))?;
        let settings = &session.config().console;
        let listen = arguments.listen.unwrap_or(settings.listen);
        let options = arguments.over(ConsoleOptions::of(settings));
        let is_encrypted_elsewhere = !options.trusted_proxies.is_empty();
        let app = session.app().await?.clone();
        let console = Console::builder(app).options(options).build().await.map_err(|error| Failure::of(&error))?;
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            let arguments = [("address", listen.to_string().into()), ("error", error.to_string().into())];
            Failure::new(WORDS.text_with(session.language(), "command-not-listening", &arguments))
                .with_hint(WORDS.text(session.language(), "command-not-listening-hint"))
        })?;
        let address = listener.local_addr().map_err(|error| Failure::of(&error))?;
        let stop = told_to_stop()?;
        session.output().note(serve::url(address));
        if !address.ip().is_loopback() && !is_encrypted_elsewhere {
            session.output().note(WORDS.text(session.language(), "command-not-encrypted"));
        }
        show_first_login(session, &console, address).await?;
        console.serve(listener, stop).await.map_err(|error| Failure::of(&error))?;
        Ok(Exit::Success)
    }
}

impl Arguments {
    /// What was given, over what the configuration says.
    fn over(self, mut options: ConsoleOptions) -> ConsoleOptions {
        if self.read_only {
            options.writing = Writing::ReadOnly;
        }
        if !self.trusted_proxies.is_empty() {
            options.trusted_proxies = self.trusted_proxies;
        }
        if let Some(label) = self.label {
            options.label = label;
        }
        options
    }
}

/// As long as there are no users: shows the link that makes the first one, on a terminal, else in a file that nobody else
/// reads. What is no terminal may be a log.
async fn show_first_login(session: &Session, console: &Console, address: SocketAddr) -> Result<(), Failure> {
    let Some(path) = console.first_login().await.map_err(|error| failure(session, error))? else { return Ok(()) };
    let after = json!({ "good_until": saturating_add(session.now().await?, LINK_LIFETIME).to_string() });
    trace(session, "users.first_link", "", Value::Null, after).await?;
    let (output, language) = (session.output(), session.language());
    let link = format!("http://{address}{path}");
    if io::stderr().is_terminal() {
        output.note(format_args!("{}\n  {link}", WORDS.text(language, "command-first-login")));
        return Ok(());
    }
    let file = session.config().root.join(LINK_FILE);
    write_private(&file, &link).map_err(|error| {
        let arguments = [("path", file.display().to_string().into()), ("error", error.to_string().into())];
        Failure::new(WORDS.text_with(language, "command-unwritten", &arguments))
    })?;
    let arguments = [("path", file.display().to_string().into())];
    output.note(WORDS.text_with(language, "command-first-login-file", &arguments));
    Ok(())
}

/// Writes a file anew that only its owner reads, whatever stood there.
fn write_private(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{line}")
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
