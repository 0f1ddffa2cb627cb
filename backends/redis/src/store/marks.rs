//! Marks of jobs that have started, so that a death of the process counts against them.
//!
//! A mark is taken in at once and told to the server a moment later, many together. Jobs that end before that are never told:
//! they have the server and the processors to themselves. Nobody is woken by a start either: whoever claims looks after a moment what
//! has started of it, and again until all of it has.
//! For a process that dies before that, see [`host_marks`](super::host_marks).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, Weak};
use std::time::Duration;

use egret_core::job_data::to_microseconds;
use egret_core::{ClaimToken, ServiceId, Timestamp};
use tokio::sync::Notify;

use super::Store;
use super::format::Format;
use super::standing::Task;
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
    watch: Arc<StartWatch>,
}

/// Who looks, on the runtime of whoever claims, what has started of the claims.
#[derive(Debug, Default)]
struct StartWatch {
    has_claimed: Notify,
    /// Whether he will look in a moment.
    is_on: AtomicBool,
    task: Mutex<Option<Task>>,
}

impl StartWatch {
    fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Acquire)
    }

    fn set_on(&self, is_on: bool) {
        self.is_on.store(is_on, Ordering::Release);
    }
}

/// Says that nobody looks, also when a runtime ends.
struct Off(Arc<StartWatch>);

impl Drop for Off {
    fn drop(&mut self) {
        self.0.set_on(false);
    }
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
        Self { state: Mutex::default(), has_new: Arc::default(), is_told: Once::new(), watch: Arc::default() }
    }
}

impl Drop for Marks {
    fn drop(&mut self) {
        // Whoever tells marks sees that there is nothing more to tell.
        self.has_new.notify_one();
        self.watch.task.lock().expect("nothing panics with who looks").take();
    }
}

impl Marks {
    fn start(&self, token: ClaimToken) {
        self.lock().entry(token.service).or_default().running.entry(token.claim).or_insert_with(Timestamp::now);
        if !self.watch.is_on() {
            self.has_new.notify_one();
        }
    }

    /// How many jobs run by the word of this handle, and whether the server knows of all.
    fn count(&self) -> (usize, bool) {
        let state = self.lock();
        let n_running = state.values().map(|marks| marks.running.len()).sum();
        let are_told = state.values().all(|marks| marks.running.keys().all(|claim| marks.told.contains(claim)));
        (n_running, are_told)
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

    /// Looks from now on what starts of claims that have just been booked.
    pub(super) fn watch_starts(self: &Arc<Self>) {
        let watch = &self.marks.watch;
        if watch.is_on() {
            return;
        }
        watch.set_on(true);
        watch.has_claimed.notify_one();
        let mut task = watch.task.lock().expect("nothing panics with who looks");
        if task.as_ref().is_none_or(Task::has_ended) {
            *task = Some(Task(tokio::spawn(look_for_starts(Arc::downgrade(self), Arc::clone(watch)))));
        }
    }

    /// Whether nothing that is booked can start any more without being told.
    fn have_all_started(&self) -> bool {
        let n_booked = self.book.count();
        let (n_running, are_told) = self.marks.count();
        are_told && n_booked <= n_running
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

async fn look_for_starts<F: Format>(store: Weak<Store<F>>, watch: Arc<StartWatch>) {
    let _off = Off(Arc::clone(&watch));
    loop {
        watch.has_claimed.notified().await;
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(store) = store.upgrade() else { return };
            store.tell_marks().await;
            if !store.have_all_started() {
                continue;
            }
            watch.set_on(false);
            // What was booked or has started in between.
            if store.have_all_started() {
                break;
            }
            watch.set_on(true);
        }
    }
}
