//! Steps that a database took back in favour of another are done again: Ruby's workers and ours lock the same rows in orders of
//! their own, and InnoDB locks what lies between.

use std::future::Future;
use std::time::Duration;

use egret_core::Result;

use super::Store;
use crate::database::gave_way;

/// So many times, before the caller learns of it.
const TIMES: u32 = 16;
/// The longest pause before the first of them; it doubles a few times.
const PAUSE: Duration = Duration::from_millis(2);
const DOUBLINGS: u32 = 6;

impl Store {
    pub(super) async fn persist<T, F: Future<Output = Result<T>>>(&self, step: impl Fn() -> F) -> Result<T> {
        for n_times in 0..TIMES {
            match step().await {
                Err(error) if gave_way(&error) => {
                    tracing::debug!(%error, "the database took a step back, trying again");
                    tokio::time::sleep(PAUSE.mul_f64(rand::random()) * (1 << n_times.min(DOUBLINGS))).await;
                }
                done => return done,
            }
        }
        step().await
    }
}
