//! Our worker and our client beside Sidekiq and rusty-sidekiq: the same Redis, the same jobs, one run.
//!
//! `compare` starts each program as a process of its own, lets it do what it is measured at, and ends it. `--json` writes
//! JSON; `--scale F` multiplies the numbers of jobs; `--peer NAME` and `--only worker|pickup|single|bulk` leave the rest out. It
//! needs the server that `scripts/with-servers` starts, and Debian's `ruby-sidekiq`.

mod egret_side;
mod figures;
mod measure;
mod peers;
mod processor;
mod server;

use std::process::ExitCode;

use egret_side::Producer;
use figures::Report;
use peers::PEERS;
use server::Server;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["worker", url] => egret_side::work(url),
        ["client", url, way, count] => egret_side::enqueue(url, way, count),
        options => compare(options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &[&str]) -> Result<(), Failure> {
    let mut is_json = false;
    let mut scale = 1.0_f64;
    let (mut only, mut named) = (None, None);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--json" => is_json = true,
            "--scale" => scale = rest.next().ok_or("`--scale` needs a number")?.parse()?,
            "--only" => only = Some(*rest.next().ok_or("`--only` needs a word")?),
            "--peer" => named = Some(*rest.next().ok_or("`--peer` needs a name")?),
            other => {
                let expected = "expected `--json`, `--scale F`, `--only WORD` or `--peer NAME`";
                return Err(format!("unknown option `{other}`, {expected}").into());
            }
        }
    }
    let server = Server::of_environment()?;
    let mut report = Report::default();
    let is_meant = |word: &str| only.is_none_or(|only| only == word);
    for peer in PEERS.into_iter().filter(|peer| named.is_none_or(|named| named == peer.name)) {
        eprintln!("{} …", peer.name);
        let scaled = |count: usize| ((count as f64 * scale) as usize).max(100);
        if is_meant("worker") {
            report.workers.push(measure::worker(&server, peer, scaled(peer.n_jobs))?);
        }
        if is_meant("pickup") {
            report.pickups.push(measure::pickup(&server, peer, None, scaled(300))?);
            if peer.is_ours() {
                let producer = Producer::new(server.url())?;
                report.pickups.push(measure::pickup(&server, peer, Some(&producer), scaled(300))?);
            }
        }
        if is_meant("single") && peer.has_client {
            report.singles.push(measure::client(&server, peer, "single", scaled(20_000))?);
        }
        if is_meant("bulk") && peer.has_bulk {
            report.bulks.push(measure::client(&server, peer, "bulk", scaled(200_000))?);
        }
    }
    if is_json {
        println!("{}", report.to_json())
    } else {
        println!("{report}")
    }
    Ok(())
}
