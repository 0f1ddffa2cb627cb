//! Marks of jobs that have started, so that a death of the process counts against them.
//!
//! A mark is taken in at once and told to the server a moment later, many together. Jobs that end before that are never told:
//! they have the server and the processors to themselves.
//! For a process that dies before that, see [`host_marks`](super::host_marks).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, Once};
use std::time::Duration;

use egret_core::job_data::to_microseconds;
use egret_core::{ClaimToken, ServiceId, Timestamp};
use tokio::sync::Notify;

use super::Store;
use super::format::Format;
use crate::driver::{Call, Script};

static MARK: Script = Script::new(include_str!("scripts/mark.lua"));

/// From the first mark that is to be told until it is.
const PAUSE: Duration = Duration::from_millis(5);

/// Marks of this handle.
#[derive(Debug)]
pub(crate) struct Marks {
    state: Mutex<HashMap<ServiceId, OfService>>,
    has_new: Arc<Notify>,
    /// Whether somebody tells marks.
    is_told: Once,
}

/// Marks of one service.
#[derive(Debug, Default)]
struct OfService {
    running: HashMap<u64, Timestamp>,
    /// Those that the server knows.
    told: HashSet<u64>,
    /// Those that the server knows and that have ended.
    ended: Vec<u64>,
}

/// What the server does not know yet.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) began: Vec<(u64, Timestamp)>,
    pub(super) ended: Vec<u64>,
}

impl News {
    fn is_empty(&self) -> bool {
        self.began.is_empty() && self.ended.is_empty()
    }

    /// As arguments of a script: how many began, each with its time; then those that ended.
    pub(super) fn add_began(&self, call: &mut Call) {
        call.arg(self.began.len());
        for (claim, at) in &self.began {
            call.arg(claim).arg(to_microseconds(*at));
        }
    }
}

impl Default for Marks {
    fn default() -> Self {
        Self { state: Mutex::default(), has_new: Arc::default(), is_told: Once::new() }
    }
}

impl Drop for Marks {
    fn drop(&mut self) {
        // Whoever tells marks sees that there is nothing more to tell.
        self.has_new.notify_one();
    }
}

impl Marks {
    fn start(&self, token: ClaimToken) {
        self.lock().entry(token.service).or_default().running.entry(token.claim).or_insert_with(Timestamp::now);
        self.has_new.notify_one();
    }

    fn end(&self, token: ClaimToken) {
        let mut state = self.lock();
        let Some(of_service) = state.get_mut(&token.service) else { return };
        of_service.running.remove(&token.claim);
        if of_service.told.remove(&token.claim) {
            of_service.ended.push(token.claim);
            drop(state);
            self.has_new.notify_one();
        }
    }

    /// Whether the server may know the mark of a claim; else its end need not take it away. Another handle's claims may have
    /// been told by that one.
    pub(super) fn is_told(&self, token: ClaimToken) -> bool {
        let state = self.lock();
        let of_service = state.get(&token.service);
        of_service.is_some_and(|marks| marks.told.contains(&token.claim) || marks.ended.contains(&token.claim))
    }

    /// The claim has ended, and its script has taken the mark away if it was known to be told then. One that was told meanwhile
    /// is taken away with the next news.
    pub(super) fn forget(&self, token: ClaimToken, was_told: bool) {
        let mut state = self.lock();
        let Some(of_service) = state.get_mut(&token.service) else { return };
        of_service.running.remove(&token.claim);
        let is_told = of_service.told.remove(&token.claim);
        of_service.ended.retain(|claim| *claim != token.claim);
        if is_told && !was_told {
            of_service.ended.push(token.claim);
        }
    }

    pub(super) fn forget_service(&self, service: ServiceId) {
        self.lock().remove(&service);
    }

    /// The jobs of a service that run by the word of this handle.
    pub(super) fn running(&self, service: ServiceId) -> Vec<(u64, Timestamp)> {
        let state = self.lock();
        let Some(of_service) = state.get(&service) else { return Vec::new() };
        of_service.running.iter().map(|(claim, at)| (*claim, *at)).collect()
    }

    /// Takes what the server does not know yet; it counts as told.
    pub(super) fn take_news(&self, service: ServiceId) -> News {
        let mut state = self.lock();
        let Some(of_service) = state.get_mut(&service) else { return News::default() };
        let OfService { running, told, ended } = of_service;
        let began = running.iter().filter(|(claim, _)| told.insert(**claim)).map(|(claim, at)| (*claim, *at));
        News { began: began.collect(), ended: std::mem::take(ended) }
    }

    /// What was taken could not be told.
    pub(super) fn give_back(&self, service: ServiceId, news: News) {
        let mut state = self.lock();
        let of_service = state.entry(service).or_default();
        for (claim, _) in news.began {
            of_service.told.remove(&claim);
        }
        of_service.ended.extend(news.ended);
    }

    fn services(&self) -> Vec<ServiceId> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ServiceId, OfService>> {
        self.state.lock().expect("nothing panics with the marks")
    }
}

impl<F: Format> Store<F> {
    pub(super) fn mark_start(self: &Arc<Self>, token: ClaimToken) {
        if token.record != 0 {
            return;
        }
        self.host_marks.start(token);
        self.marks.start(token);
        self.marks.is_told.call_once(|| {
            let (store, has_new) = (Arc::downgrade(self), Arc::clone(&self.marks.has_new));
            self.driver.io().spawn(async move {
                loop {
                    has_new.notified().await;
                    tokio::time::sleep(PAUSE).await;
                    // Not held while nothing is to be told, so that the handle can go.
                    let Some(store) = store.upgrade() else { return };
                    store.tell_marks().await;
                }
            });
        });
    }

    pub(super) fn mark_end(&self, token: ClaimToken) {
        self.host_marks.end(token);
        self.marks.end(token);
    }

    async fn tell_marks(&self) {
        for service in self.marks.services() {
            let news = self.marks.take_news(service);
            if news.is_empty() {
                continue;
            }
            let mut call = Call::new([self.keys.claims(service), self.keys.running(service)]);
            news.add_began(&mut call);
            for claim in &news.ended {
                call.arg(claim);
            }
            if let Err(error) = self.driver.script("mark jobs that run", &MARK, &call).await {
                tracing::debug!(%error, "failed to mark jobs that run; the next beat tells them");
                self.marks.give_back(service, news);
            }
        }
    }
}
