//! Watching one list, with a claim behind it; see [`standing`](super::standing).

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use egret_core::ClaimToken;
use redis::{Cmd, Value};
use tokio::sync::Notify;

use super::Store;
use super::claim::{Answer, CLAIM};
use super::format::{End, Format};
use super::standing::Standing;
use crate::driver::{Both, Driver, PatientConnection, is_unknown_script};

/// For so long a list is not watched again that had jobs and gave none.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// The pause doubles up to this while the list does not become empty.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// Between two tries to connect.
pub(super) const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Who watches one list for one service. He keeps neither alive.
pub(super) struct Watcher<F: Format> {
    store: Weak<Store<F>>,
    standing: Weak<Standing>,
    driver: Driver,
    queue: String,
    watch: Cmd,
    arm: Arc<Notify>,
}

/// What came of a claim that stood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Jobs.
    Took,
    /// The time passed and nothing came.
    Nothing,
    /// The list had jobs, and none of them was given. Others will have taken them.
    Overtaken,
    /// It has jobs still, or the claim could not be carried out. Whoever waits looks why.
    NotForUs,
    /// The server says no.
    Refused,
    /// The connection is broken, or the service or the handle gone.
    Over,
}

impl<F: Format> Watcher<F> {
    pub(super) fn new(store: &Arc<Store<F>>, standing: &Arc<Standing>, queue: &str, arm: Arc<Notify>) -> Self {
        let layout = store.layout();
        let side = match layout.taken_at {
            End::Left => "LEFT",
            End::Right => "RIGHT",
        };
        let key = layout.queue(queue);
        let mut watch = redis::cmd("BLMOVE");
        watch.arg(&key).arg(&key).arg(side).arg(side).arg(store.longest_stand().as_secs_f64());
        let driver = store.driver.clone();
        Self {
            store: Arc::downgrade(store),
            standing: Arc::downgrade(standing),
            driver,
            queue: queue.to_owned(),
            watch,
            arm,
        }
    }

    pub(super) async fn run(self) {
        while self.standing.strong_count() > 0 {
            self.arm.notified().await;
            // For who connects as well: what is to be sent is sent when there is a connection.
            self.arm.notify_one();
            match self.connect().await {
                Ok((connection, client)) => self.serve(connection, client).await,
                Err(error) => tracing::debug!(%error, "failed to watch a queue, trying again"),
            }
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    }

    /// A connection and its number, where the user of the server may ask for it. Without, a claim ends with its connection.
    async fn connect(&self) -> egret_core::Result<(PatientConnection, Option<i64>)> {
        let mut connection = self.driver.connection_of_its_own().await?;
        match connection.ask(redis::cmd("CLIENT").arg("ID")).await {
            Ok(id) => Ok((connection, redis::from_redis_value(id).ok())),
            Err(error) if error.code().is_some() => Ok((connection, None)),
            Err(error) => Err(crate::driver::reply_error("ask for the number of a connection", &error)),
        }
    }

    /// Sends claims whenever they are to stand, until the connection breaks.
    async fn serve(&self, mut connection: PatientConnection, client: Option<i64>) {
        let mut pause = Duration::ZERO;
        loop {
            while !self.standing.upgrade().is_some_and(|standing| standing.is_to_send(&self.queue)) {
                self.arm.notified().await;
            }
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            let Some(outcome) = self.stand_once(&mut connection, client, pause).await else { continue };
            pause = match outcome {
                Outcome::Overtaken => FIRST_PAUSE,
                Outcome::NotForUs => LONGEST_PAUSE.min(FIRST_PAUSE.max(pause * 2)),
                Outcome::Took | Outcome::Nothing => Duration::ZERO,
                Outcome::Refused | Outcome::Over => return,
            };
        }
    }

    /// Sends the claim that is to stand, and waits until it has been carried out; `None` when there is none.
    async fn stand_once(
        &self,
        connection: &mut PatientConnection,
        client: Option<i64>,
        pause: Duration,
    ) -> Option<Outcome> {
        let began = Instant::now();
        let order = self.standing.upgrade()?.send(&self.queue, client)?;
        // From here on the claim counts as on its way, until what it has claimed is booked or the connection has broken.
        let call = self.store.upgrade()?.claiming.begin();
        let answers = connection.ask_and_run(&self.watch, &CLAIM, &order.call).await;
        let (Some(store), Some(standing)) = (self.store.upgrade(), self.standing.upgrade()) else {
            return Some(Outcome::Over);
        };
        let (outcome, expired) = match answers {
            Ok(both) => take_up(&store, &standing, both),
            Err(error) => {
                tracing::debug!(%error, "the connection that watches a queue broke");
                (Outcome::Over, Vec::new())
            }
        };
        drop(call);
        let has_filled_again = !pause.is_zero() && began.elapsed() <= LONGEST_PAUSE;
        let outcome = if outcome == Outcome::Overtaken && has_filled_again { Outcome::NotForUs } else { outcome };
        match outcome {
            Outcome::Nothing | Outcome::Overtaken => standing.stand_on_or_fall(&self.queue),
            Outcome::Took | Outcome::Over => standing.fall(&self.queue),
            Outcome::NotForUs | Outcome::Refused => {
                standing.fall(&self.queue);
                standing.hint();
            }
        }
        store.let_go(standing.service, expired).await;
        Some(outcome)
    }
}

/// Books what was claimed and gives it to the claimer. Answers claims of jobs that are of no use any more as well.
fn take_up<F: Format>(store: &Arc<Store<F>>, standing: &Standing, both: Both) -> (Outcome, Vec<ClaimToken>) {
    let answer = both.ran.map(|answer| store.read_answer(standing.service, answer));
    let (outcome, expired) = match answer {
        Ok(Ok(Answer::Claimed(taken))) => {
            let outcome = match &both.waited {
                _ if !taken.jobs.is_empty() => Outcome::Took,
                _ if !taken.expired.is_empty() => Outcome::NotForUs,
                Ok(Value::Nil) => Outcome::Nothing,
                _ => Outcome::Overtaken,
            };
            if !taken.jobs.is_empty() {
                store.watch_starts();
            }
            standing.give(taken.jobs);
            (outcome, taken.expired)
        }
        // Another claim tells what is wrong, or mends it.
        Ok(_) => (Outcome::NotForUs, Vec::new()),
        Err(error) if is_unknown_script(&error) => (Outcome::NotForUs, Vec::new()),
        Err(error) => {
            tracing::debug!(%error, "a standing claim was refused");
            (Outcome::Refused, Vec::new())
        }
    };
    match both.waited {
        Err(error) => {
            tracing::debug!(%error, service = %standing.service, "failed to watch a queue");
            (Outcome::Refused, expired)
        }
        Ok(_) => (outcome, expired),
    }
}
