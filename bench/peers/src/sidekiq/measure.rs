//! The measurements.

use std::process::Stdio;
use std::time::Duration;

use redis::Connection;

use super::egret_side::Producer;
use super::peers::Peer;
use super::server::{Server, job};
use crate::figures::{Pickup, Rate};
use crate::worker::{Worker, now, wait_until};
use crate::{Failure, processor};

/// Between two looks.
const PAUSE: Duration = Duration::from_micros(500);

/// How fast a worker empties a queue of jobs that do nothing: from the first that it takes to the last that it ends.
pub fn worker(server: &Server, peer: Peer, count: usize) -> Result<Rate, Failure> {
    server.empty()?;
    server.fill(count)?;
    let mut connection = server.connect()?;
    let worker = Worker::start(peer.worker(server.url()))?;
    let pid = worker.pid();
    let began = wait_until(PAUSE, || Ok(waiting(server, &mut connection)? < count))?;
    let before = (processor::time_of(pid), processor::time_of(server.pid));
    wait_until(PAUSE, || Ok(waiting(server, &mut connection)? == 0 && in_hand(server, &mut connection)? == 0))?;
    let elapsed = began.elapsed();
    let n_failed: usize = server.ask(&mut connection, &["ZCARD", "retry"])?;
    if n_failed > 0 {
        return Err(format!("{}: {n_failed} jobs failed", peer.name).into());
    }
    let (own, servers) = (processor::time_of(pid) - before.0, processor::time_of(server.pid) - before.1);
    Ok(Rate::new(peer.name, count, elapsed, own, servers))
}

fn waiting(server: &Server, connection: &mut Connection) -> Result<usize, Failure> {
    server.ask(connection, &["LLEN", "queue:default"])
}

/// Jobs that Egret has claimed and not ended. The others keep theirs in memory: their last few are not waited for.
fn in_hand(server: &Server, connection: &mut Connection) -> Result<usize, Failure> {
    let keys: Vec<String> = server.ask(connection, &["KEYS", "egret:sidekiq:*claims*"])?;
    let mut total = 0;
    for key in keys {
        total += server.ask::<usize>(connection, &["HLEN", &key]).unwrap_or(0);
    }
    Ok(total)
}

/// How long jobs wait that come one by one to an idle worker: pushed by our producer, or as Sidekiq's client does, which
/// sends both commands at once (6.4 to 8.1, `lib/sidekiq/client.rb`, `raw_push`).
pub fn pickup(server: &Server, peer: Peer, producer: Option<&Producer>, count: usize) -> Result<Pickup, Failure> {
    server.empty()?;
    let mut connection = server.connect()?;
    let _worker = Worker::start(peer.worker(server.url()))?;
    let told =
        |server: &Server, connection: &mut Connection| server.ask::<usize>(connection, &["LLEN", "bench:pickup"]);
    // The first ones find a worker that is still starting.
    let warming = 20;
    for sent in 1..=count + warming {
        let now = now();
        match producer {
            Some(producer) => producer.push(now)?,
            None => {
                let mut push = redis::pipe();
                push.cmd("SADD").arg("queues").arg("default");
                push.cmd("LPUSH").arg("queue:default").arg(job("Stamp", now));
                push.exec(&mut connection)?;
            }
        }
        wait_until(PAUSE, || Ok(told(server, &mut connection)? >= sent))?;
        // Idle again, and not in step with anything.
        std::thread::sleep(Duration::from_micros(5_000 + (now % 7_000)));
    }
    let mut told: Vec<u64> = server.ask(&mut connection, &["LRANGE", "bench:pickup", "0", "-1"])?;
    told.drain(..warming);
    told.sort_unstable();
    let name = if producer.is_some() { "Egret, pushed by Egret" } else { peer.name };
    Ok(Pickup::of(name, &told))
}

/// How fast a client enqueues, one job a call or a thousand.
pub fn client(server: &Server, peer: Peer, way: &str, count: usize) -> Result<Rate, Failure> {
    server.empty()?;
    let mut command = peer.client(server.url(), way, count);
    let servers = processor::time_of(server.pid);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    // It tells how long it took without its start, and what it took of the processors.
    let told = String::from_utf8(output.stdout)?;
    let mut numbers = told.split_whitespace().map(str::parse::<f64>);
    let mut next =
        || numbers.next().ok_or("the client tells two numbers").map_err(Failure::from)?.map_err(Failure::from);
    let (elapsed, own) = (Duration::from_secs_f64(next()?), Duration::from_secs_f64(next()?));
    let stored = waiting(server, &mut server.connect()?)?;
    if stored != count {
        return Err(format!("{}: {stored} jobs are stored, not {count}", peer.name).into());
    }
    Ok(Rate::new(peer.name, count, elapsed, own, processor::time_of(server.pid) - servers))
}
