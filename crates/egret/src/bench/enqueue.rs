//! How fast jobs go in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egret_sqlite::RawLimits;
use tokio::task::JoinSet;

use super::jobs::Noop;
use super::meter::Meter;
use super::{BenchOptions, Figure};
use crate::{App, Error, Job};

const N_PRODUCERS: usize = 64;
const BULK: u64 = 1_000;

/// One producer, one job a call.
pub(super) async fn one_producer(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let count = scaled(options, 4_000);
    let meter = Meter::start();
    for number in 0..count {
        Noop { number }.perform_later(app).await?;
    }
    let figure = Figure::rate("enqueue, one producer, one job a call", meter.read(), count);
    Ok(figure.against(raw.single_inserts_per_second, "single inserts"))
}

/// Many producers at once, one job a call each: they share commits.
pub(super) async fn many_producers(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let count = scaled(options, 200_000);
    let next = Arc::new(AtomicU64::new(0));
    let meter = Meter::start();
    let mut producers = JoinSet::new();
    for _ in 0..N_PRODUCERS {
        let (app, next) = (app.clone(), Arc::clone(&next));
        producers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<(), Error>(());
                }
                Noop { number }.perform_later(&app).await?;
            }
        });
    }
    while let Some(ended) = producers.join_next().await {
        ended.map_err(|_| Error::internal("a producer ended with a panic"))??;
    }
    let figure = Figure::rate(format!("enqueue, {N_PRODUCERS} producers, one job a call"), meter.read(), count);
    Ok(figure.against(raw.inserts_per_second_at_100, "inserts, 100 rows a commit"))
}

/// Whole batches.
pub(super) async fn bulk(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let n_batches = scaled(options, 300);
    let meter = Meter::start();
    for _ in 0..n_batches {
        fill(app, BULK).await?;
    }
    let figure = Figure::rate(format!("enqueue in bulk of {BULK}"), meter.read(), n_batches * BULK);
    Ok(figure.against(raw.inserts_per_second_at_1000, "inserts, 1,000 rows a commit"))
}

/// Puts no-ops into the store, in batches.
pub(super) async fn fill(app: &App, count: u64) -> Result<(), Error> {
    let mut number = 0;
    while number < count {
        let batch = BULK.min(count - number);
        let jobs = (number..number + batch).map(|number| Noop { number }.set().prepare());
        app.enqueue_all(jobs.collect::<Result<Vec<_>, Error>>()?).await?;
        number += batch;
    }
    Ok(())
}

pub(super) fn scaled(options: &BenchOptions, count: u64) -> u64 {
    ((count as f64 * options.scale) as u64).max(10)
}
