//! Delayed Job's table: our service beside Ruby's worker, on one PostgreSQL.

pub mod egret_side;
mod measure;
mod peers;
mod postmaster;
mod server;

use peers::PEERS;
use server::Server;

use crate::Failure;
use crate::figures::Report;
use crate::options::Options;

/// Measures what is meant.
pub fn compare(options: &Options<'_>) -> Result<Report, Failure> {
    let mut server = Server::of_environment()?;
    egret_side::migrate(server.url())?;
    let mut report = Report::of("delayed_job", None);
    for peer in PEERS.into_iter().filter(|peer| options.is_peer(peer.name)) {
        eprintln!("{} …", peer.name);
        if options.is_meant("worker") {
            report.workers.push(measure::worker(&mut server, peer, options.scaled(peer.n_jobs).max(1_000))?);
        }
        if options.is_meant("pickup") && peer.n_pickups > 0 {
            report.pickups.push(measure::pickup(&mut server, peer, options.scaled(peer.n_pickups).max(5))?);
        }
    }
    Ok(report)
}
