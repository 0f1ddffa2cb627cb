//! Jobs that have started, so that a death of the process counts against them.
//!
//! A start is taken in at once and told to the database a moment later, many together. Jobs that end before that are never
//! told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, Once};
use std::time::Duration;

use egret_core::{ClaimToken, Result, ServiceId};
use tokio::sync::Notify;

use super::Store;
use super::transaction::Step;

const STARTED: &str = include_str!("../../queries/ours/started.sql");
const ENDED: &str = include_str!("../../queries/ours/ended.sql");

/// Between two tellings: many short jobs cost one write in this time, or none.
const PAUSE: Duration = Duration::from_millis(20);

/// Starts of this handle.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    state: Mutex<HashMap<ServiceId, OfService>>,
    has_new: Arc<Notify>,
    /// Set once somebody tells them.
    is_told: OnceFlag,
}

/// A `Once` that has a default.
#[derive(Debug)]
struct OnceFlag(Once);

impl Default for OnceFlag {
    fn default() -> Self {
        Self(Once::new())
    }
}

#[derive(Debug, Default)]
struct OfService {
    running: HashSet<ClaimToken>,
    /// Those that the database knows.
    told: HashSet<ClaimToken>,
    /// Those that the database knows and that have ended.
    ended: Vec<ClaimToken>,
}

/// What the database does not know yet.
#[derive(Debug, Default)]
pub(super) struct News {
    began: Vec<ClaimToken>,
    ended: Vec<ClaimToken>,
}

impl Drop for Starts {
    fn drop(&mut self) {
        // Whoever tells them sees that there is nothing more to tell.
        self.has_new.notify_one();
    }
}

impl Starts {
    /// What was begun under the claim is over: its finish takes the mark away.
    pub(super) fn forget(&self, token: ClaimToken) {
        if let Some(of_service) = self.lock().get_mut(&token.service) {
            of_service.running.remove(&token);
            of_service.told.remove(&token);
            of_service.ended.retain(|ended| *ended != token);
        }
    }

    pub(super) fn forget_service(&self, service: ServiceId) {
        self.lock().remove(&service);
    }

    /// Takes what the database does not know yet; it counts as told.
    pub(super) fn take_news(&self, service: ServiceId) -> News {
        let mut state = self.lock();
        let Some(OfService { running, told, ended }) = state.get_mut(&service) else { return News::default() };
        let began = running.iter().filter(|token| told.insert(**token)).copied().collect();
        News { began, ended: std::mem::take(ended) }
    }

    /// What was taken could not be told.
    pub(super) fn give_back(&self, service: ServiceId, news: News) {
        let mut state = self.lock();
        let of_service = state.entry(service).or_default();
        for token in news.began {
            of_service.told.remove(&token);
        }
        of_service.ended.extend(news.ended);
    }

    fn start(&self, token: ClaimToken) {
        if self.lock().entry(token.service).or_default().running.insert(token) {
            self.has_new.notify_one();
        }
    }

    fn end(&self, token: ClaimToken) {
        let mut state = self.lock();
        let Some(of_service) = state.get_mut(&token.service) else { return };
        of_service.running.remove(&token);
        if of_service.told.remove(&token) {
            of_service.ended.push(token);
            drop(state);
            self.has_new.notify_one();
        }
    }

    fn services(&self) -> Vec<ServiceId> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ServiceId, OfService>> {
        self.state.lock().expect("nothing panics with the starts")
    }
}

impl Store {
    pub(super) fn mark_start(self: &Arc<Self>, token: ClaimToken) {
        self.starts.start(token);
        self.starts.is_told.0.call_once(|| {
            let (store, has_new) = (Arc::downgrade(self), Arc::clone(&self.starts.has_new));
            self.io.spawn(async move {
                loop {
                    has_new.notified().await;
                    // Not held while nothing is to be told, so that the handle can go.
                    tokio::time::sleep(PAUSE).await;
                    let Some(store) = store.upgrade() else { return };
                    store.tell_all_starts().await;
                }
            });
        });
    }

    pub(super) fn mark_end(&self, token: ClaimToken) {
        self.starts.end(token);
    }

    async fn tell_all_starts(&self) {
        for service in self.starts.services() {
            let news = self.starts.take_news(service);
            if news.began.is_empty() && news.ended.is_empty() {
                continue;
            }
            if let Err(error) = self.tell_alone(&news).await {
                tracing::debug!(%error, "failed to mark jobs that run; the next beat tells them");
                self.starts.give_back(service, news);
            }
        }
    }

    async fn tell_alone(&self, news: &News) -> Result<()> {
        let mut step = self.begin().await?;
        self.tell_starts(&mut step, news).await?;
        step.commit().await
    }

    pub(super) async fn tell_starts(&self, step: &mut Step<'_>, news: &News) -> Result<()> {
        for (statement, tokens) in [(STARTED, &news.began), (ENDED, &news.ended)] {
            let mut claims: BTreeMap<(ServiceId, u64), Vec<i64>> = BTreeMap::new();
            for token in tokens {
                claims.entry((token.service, token.claim)).or_default().push(row_of(*token));
            }
            for ((service, claim), mut rows) in claims {
                // In their order, so that nobody waits for another who waits for him.
                rows.sort_unstable();
                let name = format!("% service:{service} claim:{claim}");
                step.tell_ours(statement, vec![rows.as_slice().into(), name.into()]).await?;
            }
        }
        Ok(())
    }
}

/// The row that a claim is of; one that there is not if the token was never given.
pub(super) fn row_of(token: ClaimToken) -> i64 {
    i64::try_from(token.record).unwrap_or(-1)
}
