//! How fast jobs go in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use egret_sqlite::RawWork;
use tokio::task::JoinSet;

use super::Figure;
use super::jobs::Noop;
use super::meter::{Meter, Reading};
use super::place::Place;
use super::raw::beside;
use crate::{App, Error, Job};

/// Jobs in a batch.
pub(super) const BULK: u32 = 1_000;
/// Seconds for each row.
const SPAN: f64 = 3.0;

/// Producers at once, one job a call each: they share commits. Held against inserts with as many rows a commit.
pub(super) async fn producers(place: &Place<'_>, n_producers: u32) -> Result<Vec<Figure>, Error> {
    let (span, commits) = (place.options.span(SPAN), place.store.n_commits());
    let work = RawWork::Inserts { rows: n_producers };
    let ((reading, count), raw) = beside(place, work, produce(&place.app, n_producers, span)).await?;
    let name = match n_producers {
        1 => "enqueue, 1 producer, one job a call".to_owned(),
        _ => format!("enqueue, {n_producers} producers, one job a call"),
    };
    let figure = Figure::rate(name, reading, count).batches(count, place.store.n_commits() - commits);
    Ok(vec![figure.against(raw, rows_a_commit("inserts", n_producers))])
}

/// What the raw limit of a rate is.
pub(super) fn rows_a_commit(what: &str, rows: u32) -> String {
    match rows {
        1 => format!("{what}, 1 row a commit"),
        _ => format!("{what}, {rows} rows a commit"),
    }
}

async fn produce(app: &App, n_producers: u32, span: Duration) -> Result<(Reading, u64), Error> {
    let count = Arc::new(AtomicU64::new(0));
    let meter = Meter::start();
    let began = Instant::now();
    let mut producers = JoinSet::new();
    for _ in 0..n_producers {
        let (app, count) = (app.clone(), Arc::clone(&count));
        producers.spawn(async move {
            while began.elapsed() < span {
                Noop { number: count.fetch_add(1, Ordering::Relaxed) }.perform_later(&app).await?;
            }
            Ok::<(), Error>(())
        });
    }
    while let Some(ended) = producers.join_next().await {
        ended.map_err(|_| Error::internal("a producer ended with a panic"))??;
    }
    Ok((meter.read(), count.load(Ordering::Relaxed)))
}

/// Whole batches, one after the other.
pub(super) async fn bulk(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let work = RawWork::Inserts { rows: BULK };
    let produce = async {
        let (span, meter, began) = (place.options.span(SPAN), Meter::start(), Instant::now());
        let mut count = 0;
        while count == 0 || began.elapsed() < span {
            fill(&place.app, u64::from(BULK)).await?;
            count += u64::from(BULK);
        }
        Ok((meter.read(), count))
    };
    let commits = place.store.n_commits();
    let ((reading, count), raw) = beside(place, work, produce).await?;
    let figure = Figure::rate(format!("enqueue in bulk of {BULK}"), reading, count);
    let figure = figure.batches(count, place.store.n_commits() - commits);
    Ok(vec![figure.against(raw, rows_a_commit("inserts", BULK))])
}

/// Puts no-ops into the store, in batches.
pub(super) async fn fill(app: &App, count: u64) -> Result<(), Error> {
    let mut number = 0;
    while number < count {
        let batch = u64::from(BULK).min(count - number);
        let jobs = (number..number + batch).map(|number| Noop { number }.set().prepare());
        app.enqueue_all(jobs.collect::<Result<Vec<_>, Error>>()?).await?;
        number += batch;
    }
    Ok(())
}
