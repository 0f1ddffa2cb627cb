//! The measurements.

use std::time::Duration;

use super::peers::Peer;
use super::postmaster;
use super::server::Server;
use crate::figures::{Pickup, Rate};
use crate::worker::{Worker, now, wait_until};
use crate::{Failure, processor};

/// Seldom enough that the server does not feel it: a hundredth of what is measured may lie between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// The first jobs are not counted: a program that starts is slower, and another one may have run them.
const N_WARMING: usize = 500;

/// How fast a worker empties a table of jobs that do nothing.
pub fn worker(server: &mut Server, peer: Peer, count: usize) -> Result<Rate, Failure> {
    server.fill(count)?;
    let url = server.url().to_owned();
    let companion = peer.companion(&url).map(Worker::start).transpose()?;
    if companion.is_some() {
        wait_until(PAUSE, || server.has_ended(1))?;
    }
    let worker = Worker::start(peer.worker(&url))?;
    let began = wait_until(PAUSE, || server.has_ended(N_WARMING))?;
    let before = (processor::time_of(worker.pid()), postmaster::time_of(server.pid));
    let ended = wait_until(PAUSE, || Ok(server.has_ended(count)? && server.is_empty()?))?;
    let (own, servers) = (processor::time_of(worker.pid()) - before.0, postmaster::time_of(server.pid) - before.1);
    Ok(Rate::new(peer.name, count - N_WARMING, ended - began, own, servers))
}

/// How long jobs wait that come one by one to an idle worker, stored as Ruby stores them.
pub fn pickup(server: &mut Server, peer: Peer, count: usize) -> Result<Pickup, Failure> {
    server.empty()?;
    let (_worker, told) = Worker::start_and_listen(peer.worker(server.url()))?;
    // The first one finds a worker that is still starting.
    server.push("Stamp", now())?;
    told.number()?;
    let mut waited = Vec::with_capacity(count);
    for number in 1..=count {
        std::thread::sleep(peer.pause.mul_f64(place(number)));
        server.push("Stamp", now())?;
        waited.push(told.number()?);
    }
    waited.sort_unstable();
    Ok(Pickup::of(peer.name, &waited))
}

/// Where between two looks a job comes, as a part of the pause: evenly, whatever the number of jobs is, since each step is of
/// the golden ratio.
fn place(number: usize) -> f64 {
    (number as f64 * 0.618_033_988_75).fract()
}
