//! The console over stores that are there to be looked at: one with jobs in every state, hostile texts among them (once more
//! read-only), one in which all is well, one in which nothing is, one that nobody has entered yet, those of Sidekiq and
//! Resque on the Redis server that `TEST_REDIS_URL` names, and Delayed Job's table on the PostgreSQL server that
//! `TEST_POSTGRES_URL` names. The tests in a browser start it.
//!
//! Prints one line of JSON: the addresses, the way in for the first user, the password of the users (who are named after their roles), and the ids of jobs
//! by what they show. Then it follows orders, a line each on standard input, and answers each with a line: `finish` ends
//! every job that runs. It leaves with the end of standard input.
#![allow(clippy::unwrap_used, reason = "a program of tests fails as tests do")]

mod classes;
mod clock;
mod foreign;
mod hostile;
mod jobs;
mod pond;
mod tasks;
mod well;

use std::future::pending;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use egret::App;
use egret::config::{Config, LoadOptions};
use egret_console::access::Role;
use egret_console::{Console, ConsoleOptions, Writing, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::foreign::{Lake, System};
use crate::jobs::Story;
use crate::pond::Pond;

/// Everybody's.
const PASSWORD: &str = "correct horse";

/// One bird on still water: nothing starts by itself, so that the pages stay as they are.
const CONFIGURATION: &str =
    "default:\n  mode: service\n  polling:\n    queues: [default, mailers, voice_synthesis, external]\n";

#[tokio::main]
async fn main() {
    let folder = tempfile::Builder::new().prefix("egret-showcase.").tempdir().unwrap();
    let busy = Pond::open(&folder.path().join("busy"));
    let story = Story::tell(&busy).await;
    let still = Pond::open(&folder.path().join("still"));
    let well = Pond::open(&folder.path().join("well"));
    well::tell(&well).await;
    let large = Pond::open(&folder.path().join("large"));
    many(&large).await;
    let first = Pond::open(&folder.path().join("first"));
    let newcomer = console(&first, Writing::Allowed).await;
    let sidekiq = Lake::fill(System::Sidekiq, &folder.path().join("sidekiq")).await;
    let resque = Lake::fill(System::Resque, &folder.path().join("resque")).await;
    let delayed_job = Lake::fill_table(&folder.path().join("delayed_job")).await;
    let first_login = newcomer.first_login().await.unwrap();
    let sites = json!({
        "busy": open(&busy, Writing::Allowed).await,
        "still": open(&still, Writing::Allowed).await,
        "well": open(&well, Writing::Allowed).await,
        // After the one that has its users.
        "read_only": open(&busy, Writing::ReadOnly).await,
        // A request changes a portion of its jobs and no more.
        "large": serve_with_users(patient(&large).await).await,
        "first": listen(&newcomer).await,
        "sidekiq": serve_with_users(console_of(sidekiq.app.clone(), Writing::Allowed).await).await,
        "resque": serve_with_users(console_of(resque.app.clone(), Writing::Allowed).await).await,
        "delayed_job": serve_with_users(console_of(delayed_job.app.clone(), Writing::Allowed).await).await,
    });
    let foreign = json!({ "sidekiq": sidekiq.ids, "resque": resque.ids, "delayed_job": delayed_job.ids });
    say(
        &json!({ "sites": sites, "first_login": first_login, "password": PASSWORD, "jobs": story.ids, "foreign": foreign }),
    );
    follow_orders(&busy, &story).await;
}

/// Serves the console of a store, with a user of each role, and answers its address.
async fn open(pond: &Pond, writing: Writing) -> String {
    serve_with_users(console(pond, writing).await).await
}

async fn serve_with_users(console: Console) -> String {
    for role in Role::ALL {
        if console.users().find(role.as_str()).await.unwrap().is_none() {
            console.users().add(role.as_str(), role, Some(PASSWORD)).await.unwrap();
        }
    }
    listen(&console).await
}

async fn console(pond: &Pond, writing: Writing) -> Console {
    console_of(application(pond).await, writing).await
}

/// Reserves more jobs than a request changes.
async fn many(pond: &Pond) {
    let later = egret_core::job_data::saturating_add(pond.now(), std::time::Duration::from_secs(86_400));
    for number in 0..450 {
        let mut data = pond::job("Cms::Page::GenerateJob", "default", "admin", &json!([{ "folder": number }]));
        data.scheduled_at = Some(later);
        pond.add(data).await;
    }
}

async fn patient(pond: &Pond) -> Console {
    let mut options = ConsoleOptions::default();
    options.change_time = std::time::Duration::ZERO;
    Console::builder(application(pond).await).options(options).build().await.unwrap()
}

async fn console_of(app: App, writing: Writing) -> Console {
    let mut options = ConsoleOptions::default();
    options.label = "production".to_owned();
    options.writing = writing;
    Console::builder(app).options(options).build().await.unwrap()
}

/// Serves a console on a port of its own, and answers its address.
async fn listen(console: &Console) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve::serve(listener, console.router(), pending()));
    format!("http://{address}")
}

async fn application(pond: &Pond) -> App {
    let builder = App::builder().config(configuration(pond.root())).backend(pond.backend()).start_nothing();
    classes::register(builder).build().await.unwrap()
}

fn configuration(root: &Path) -> Config {
    std::fs::create_dir_all(root.join("config")).unwrap();
    std::fs::write(root.join("config/job.yml"), CONFIGURATION).unwrap();
    Config::load(&LoadOptions::in_folder(root)).unwrap()
}

async fn follow_orders(pond: &Pond, story: &Story) {
    let mut orders = orders();
    while let Some(order) = orders.recv().await {
        match order.as_str() {
            "finish" => story.finish_running(pond).await,
            other => panic!("unknown order `{other}`, expected `finish`"),
        }
        say(&json!({ "done": order }));
    }
}

/// Lines of standard input, read by a thread of their own, which blocks.
fn orders() -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lines().map_while(Result::ok);
        lines.all(|line| sender.send(line).is_ok())
    });
    receiver
}

fn say(value: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).unwrap();
}
