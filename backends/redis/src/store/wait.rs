//! The verbs *wait* and *wake*: hints over channels from those who know us.
//!
//! A hint that only one queue has got jobs has a channel of its own. Services that have all their queues watched do not listen to
//! those: the list itself has told them by then.
//!
//! All of it happens on the runtime of whoever waits, so that what wakes him comes to his own thread. That is a runtime of a
//! service, which runs no jobs. Who waits to claim has lists watched as well, see [`standing`](super::standing).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use egret_core::ServiceId;
use futures_util::StreamExt as _;
use tokio::sync::Notify;

use super::Store;
use super::format::Format;
use super::standing::{Standing, Task};
use super::watch::RECONNECT_PAUSE;
use crate::driver::Driver;

/// Those who wait, and what wakes them.
#[derive(Debug)]
pub(crate) struct Waiting {
    channel: String,
    wakers: Arc<Wakers>,
    listening: Mutex<Option<(Hears, Task)>>,
}

/// What is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hears {
    /// What concerns everybody.
    Common,
    /// That any queue has got jobs as well.
    AnyQueue,
}

#[derive(Debug, Default)]
struct Wakers {
    hint: Notify,
    standing: Mutex<HashMap<ServiceId, Arc<Standing>>>,
}

impl Wakers {
    /// Passes a hint on. Where only one queue has got jobs, who has it watched learns more by that.
    fn wake(&self, queue: Option<&str>) {
        self.hint.notify_waiters();
        for standing in self.lock().values() {
            match queue {
                Some(queue) => standing.hint_of(queue),
                None => standing.hint(),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ServiceId, Arc<Standing>>> {
        self.standing.lock().expect("nothing panics with those who wait")
    }
}

impl Waiting {
    pub(super) fn new(channel: String) -> Self {
        Self { channel, wakers: Arc::default(), listening: Mutex::default() }
    }

    /// The standing claims of a service.
    pub(super) fn standing(&self, service: ServiceId) -> Arc<Standing> {
        Arc::clone(self.wakers.lock().entry(service).or_insert_with(|| Arc::new(Standing::new(service))))
    }

    /// The same, if it ever had any.
    pub(super) fn known_standing(&self, service: ServiceId) -> Option<Arc<Standing>> {
        self.wakers.lock().get(&service).cloned()
    }

    /// A service is gone.
    pub(super) fn forget(&self, service: ServiceId) {
        if let Some(standing) = self.wakers.lock().remove(&service) {
            standing.close();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.wakers.lock().drain().for_each(|(_, standing)| standing.close());
    }
}

impl<F: Format> Store<F> {
    pub(super) async fn wait_for_hint(&self, timeout: Duration) {
        let hinted = self.waiting.wakers.hint.notified();
        self.listen(Hears::AnyQueue);
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

    /// Listens from the first wait on, to no less than before.
    pub(super) fn listen(&self, wanted: Hears) {
        let mut listening = self.waiting.listening.lock().expect("nothing panics with who listens");
        if listening.as_ref().is_some_and(|(hears, task)| *hears >= wanted && !task.has_ended()) {
            return;
        }
        let hears = listening.as_ref().map_or(wanted, |(hears, _)| wanted.max(*hears));
        let (driver, wakers) = (self.driver.clone(), Arc::downgrade(&self.waiting.wakers));
        let channel = self.waiting.channel.clone();
        let task = tokio::spawn(async move { pass_on_hints(&driver, &channel, hears, &wakers).await });
        *listening = Some((hears, Task(task)));
    }
}

async fn pass_on_hints(driver: &Driver, channel: &str, hears: Hears, wakers: &Weak<Wakers>) {
    let begin = format!("{channel}:");
    let pattern = format!("{begin}*");
    let pattern = (hears == Hears::AnyQueue).then_some(pattern.as_str());
    loop {
        match driver.listen(channel, pattern).await {
            Ok(mut messages) => {
                while let (Some(message), Some(wakers)) = (messages.next().await, wakers.upgrade()) {
                    wakers.wake(message.get_channel_name().strip_prefix(&begin));
                }
            }
            Err(error) => tracing::debug!(%error, "failed to listen for hints, trying again"),
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}
