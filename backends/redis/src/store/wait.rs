//! The verbs *wait* and *wake*: hints over a channel from those who know us, and lists that are watched for those who do not.
//!
//! A list is watched by `BLMOVE` from its end to the same end, on a connection of its own: it returns as soon as the list has
//! an element, and leaves the list as it was. A blocking pop would take a job for a caller who may have gone.
//!
//! All of it happens on the runtime of whoever waits, so that what wakes him comes to his own thread. That is a runtime of a
//! service, which runs no jobs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egret_core::QueueOrder;
use futures_util::StreamExt as _;
use redis::Value;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::Store;
use super::format::{End, Format};
use crate::driver::Driver;

/// So many queues are watched at most, each by a connection. Of others a service learns by its timer.
const WATCHED: usize = 8;
/// For so long a list that has filled is not watched again: its jobs are being claimed.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// The pause doubles up to this while the list does not become empty: its jobs are not for us now.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// Between two tries to connect.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Those who wait, and what wakes them.
#[derive(Debug)]
pub(crate) struct Waiting {
    channel: String,
    hint: Arc<Notify>,
    /// What was last claimed from.
    selected: Mutex<Option<QueueOrder>>,
    state: Mutex<State>,
    /// Ends the tasks when it is dropped.
    life: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    listening: Option<Task>,
    watches: HashMap<String, Watch>,
}

/// A list that is watched.
#[derive(Debug)]
struct Watch {
    arm: Arc<Notify>,
    task: Task,
}

/// A task that ends with the value, and with the runtime of whoever waited first.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Task {
    fn has_ended(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Waiting {
    pub(super) fn new(channel: String) -> Self {
        Self {
            channel,
            hint: Arc::default(),
            selected: Mutex::default(),
            state: Mutex::default(),
            life: watch::Sender::new(()),
        }
    }

    /// Remembers what is claimed from.
    pub(super) fn select(&self, order: &QueueOrder) {
        let mut selected = self.selected.lock().expect("nothing panics with the selection");
        if selected.as_ref() != Some(order) {
            *selected = Some(order.clone());
        }
    }
}

impl<F: Format> Store<F> {
    pub(super) async fn wait_for_hint(&self, timeout: Duration) {
        let hinted = self.waiting.hint.notified();
        self.listen();
        self.watch_queues().await;
        // Whether it was a hint or the time makes no difference: the caller looks for work in either case.
        let _ = tokio::time::timeout(timeout, hinted).await;
    }

    pub(super) async fn send_hint(&self) {
        let mut command = redis::cmd("PUBLISH");
        command.arg(&self.keys.hints).arg("");
        if let Err(error) = self.driver.tell::<u64>("wake services", &command).await {
            tracing::debug!(%error, "a hint got lost");
        }
    }

    /// Listens to the channel from the first wait on.
    fn listen(&self) {
        let mut state = self.waiting.state.lock().expect("nothing panics with the watches");
        if state.listening.as_ref().is_some_and(|task| !task.has_ended()) {
            return;
        }
        let (driver, hint) = (self.driver.clone(), Arc::clone(&self.waiting.hint));
        let channel = self.waiting.channel.clone();
        let mut life = self.waiting.life.subscribe();
        state.listening = Some(Task(tokio::spawn(async move {
            tokio::select! {
                _ = life.changed() => {}
                () = pass_on_hints(&driver, &channel, &hint) => {}
            }
        })));
    }

    /// Watches the first of the selected queues.
    async fn watch_queues(&self) {
        let Some(order) = self.waiting.selected.lock().expect("nothing panics with the selection").clone() else {
            return;
        };
        let Ok(meant) = self.queues_meant(&order).await else { return };
        let mut state = self.waiting.state.lock().expect("nothing panics with the watches");
        let wanted = meant.names.len().min(WATCHED);
        state.watches.retain(|queue, watch| meant.names[..wanted].contains(queue) && !watch.task.has_ended());
        for queue in &meant.names[..wanted] {
            let watch = state.watches.entry(queue.clone()).or_insert_with(|| self.watch(queue));
            watch.arm.notify_one();
        }
    }

    fn watch(&self, queue: &str) -> Watch {
        let arm = Arc::new(Notify::new());
        let side = match self.layout().taken_at {
            End::Left => "LEFT",
            End::Right => "RIGHT",
        };
        let (driver, hint, key) = (self.driver.clone(), Arc::clone(&self.waiting.hint), self.layout().queue(queue));
        let armed = Arc::clone(&arm);
        let mut life = self.waiting.life.subscribe();
        let task = tokio::spawn(async move {
            tokio::select! {
                _ = life.changed() => {}
                () = watch_list(&driver, &key, side, &armed, &hint) => {}
            }
        });
        Watch { arm, task: Task(task) }
    }
}

async fn pass_on_hints(driver: &Driver, channel: &str, hint: &Notify) {
    loop {
        match driver.listen(channel).await {
            Ok(mut messages) => {
                while messages.next().await.is_some() {
                    hint.notify_waiters();
                }
            }
            Err(error) => tracing::debug!(%error, "failed to listen for hints, trying again"),
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}

/// Each time that it is armed, waits until the list has an element, and hints.
async fn watch_list(driver: &Driver, key: &str, side: &str, armed: &Notify, hint: &Notify) {
    loop {
        let mut connection = match driver.connection_of_its_own().await {
            Ok(connection) => connection,
            Err(error) => {
                tracing::debug!(%error, "failed to watch a queue, trying again");
                tokio::time::sleep(RECONNECT_PAUSE).await;
                continue;
            }
        };
        let mut pause = FIRST_PAUSE;
        let error = loop {
            armed.notified().await;
            let mut watch = redis::cmd("BLMOVE");
            watch.arg(key).arg(key).arg(side).arg(side).arg(0);
            if let Err(error) = connection.ask(&watch).await {
                break error;
            }
            hint.notify_waiters();
            tokio::time::sleep(pause).await;
            pause = match connection.ask(redis::cmd("LLEN").arg(key)).await {
                Ok(Value::Int(0)) => FIRST_PAUSE,
                Ok(_) => LONGEST_PAUSE.min(pause * 2),
                Err(error) => break error,
            };
        };
        tracing::debug!(%error, "failed to watch a queue, trying again");
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}
