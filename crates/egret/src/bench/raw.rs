//! The raw limit beside a figure: what SQLite alone does on the same disk, just before and just after.

use std::time::{Duration, Instant};

use egret_sqlite::{RawLimit, RawWork};

use super::place::{Place, of_store};
use crate::Error;

/// Measures what a row does, between two halves of its raw limit: a disk and its neighbours change by the second.
pub(super) async fn beside<T>(
    place: &Place<'_>,
    work: RawWork,
    figure: impl Future<Output = Result<T, Error>>,
) -> Result<(T, f64), Error> {
    let before = raw(place, work).await?;
    let figure = figure.await?;
    let after = raw(place, work).await?;
    Ok((figure, f64::midpoint(before, after)))
}

async fn raw(place: &Place<'_>, work: RawWork) -> Result<f64, Error> {
    let (folder, durability) = (place.root().join("raw"), of_store(place.durability));
    let span = place.options.span(0.75);
    let measured = tokio::task::spawn_blocking(move || RawLimit::measure(&folder, durability, work, span)).await;
    match measured {
        Ok(limit) => Ok(limit?.rows_per_second),
        Err(_) => Err(Error::internal("measuring a raw limit ended with a panic")),
    }
}

/// Start to end of a process that does nothing, in milliseconds.
pub(super) fn empty_process() -> Result<f64, Error> {
    const STARTS: u32 = 20;
    let began = Instant::now();
    for _ in 0..STARTS {
        std::process::Command::new("true")
            .stdin(std::process::Stdio::null())
            .status()
            .map_err(|error| Error::io("failed to run `true` for the measurement", error))?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e3 / f64::from(STARTS))
}

/// Between two looks at something that changes by the millisecond.
pub(super) const LOOK: Duration = Duration::from_millis(5);
