//! Sidekiq's queues: our worker and our client beside Sidekiq and rusty-sidekiq, on one Redis.

pub mod bare;
pub mod egret_side;
mod measure;
mod peers;
mod server;

use egret_side::Producer;
use peers::{BARE, PEERS};
use server::Server;

use crate::Failure;
use crate::figures::Report;
use crate::options::Options;

/// Measures what is meant.
pub fn compare(options: &Options<'_>) -> Result<Report, Failure> {
    let server = Server::of_environment()?;
    let mut report = Report::of("sidekiq", Some(BARE));
    let scaled = |count: usize| options.scaled(count).max(100);
    for peer in PEERS.into_iter().filter(|peer| options.is_peer(peer.name)) {
        eprintln!("{} …", peer.name);
        if options.is_meant("worker") {
            report.workers.push(measure::worker(&server, peer, scaled(peer.n_jobs))?);
        }
        if options.is_meant("pickup") {
            report.pickups.push(measure::pickup(&server, peer, None, scaled(300))?);
            if peer.is_ours() {
                let producer = Producer::new(server.url())?;
                report.pickups.push(measure::pickup(&server, peer, Some(&producer), scaled(300))?);
            }
        }
        if options.is_meant("single") && peer.has_client {
            report.singles.push(measure::client(&server, peer, "single", scaled(20_000))?);
        }
        if options.is_meant("bulk") && peer.has_bulk {
            report.bulks.push(measure::client(&server, peer, "bulk", scaled(200_000))?);
        }
    }
    Ok(report)
}
