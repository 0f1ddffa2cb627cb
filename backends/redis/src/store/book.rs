//! What this handle holds: the bytes of its claims, so that most ends need not read them again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use egret_core::{ClaimToken, ServiceId};

use super::format::Held;

/// A claim of this handle.
#[derive(Clone, Debug)]
pub(super) struct BookedClaim {
    pub(super) held: Arc<Held>,
    pub(super) class: Arc<str>,
}

/// Claims of this handle that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<HashMap<(ServiceId, u64), BookedClaim>>);

impl Book {
    pub(super) fn enter(&self, claims: impl IntoIterator<Item = (ClaimToken, BookedClaim)>) {
        self.lock().extend(claims.into_iter().map(|(token, claim)| ((token.service, token.claim), claim)));
    }

    pub(super) fn get(&self, token: ClaimToken) -> Option<BookedClaim> {
        self.lock().get(&(token.service, token.claim)).cloned()
    }

    pub(super) fn has(&self, token: ClaimToken) -> bool {
        self.lock().contains_key(&(token.service, token.claim))
    }

    pub(super) fn strike(&self, token: ClaimToken) -> Option<BookedClaim> {
        self.lock().remove(&(token.service, token.claim))
    }

    pub(super) fn strike_all_of(&self, service: ServiceId) {
        self.lock().retain(|(owner, _), _| *owner != service);
    }

    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn count_of(&self, service: ServiceId) -> usize {
        self.lock().keys().filter(|(owner, _)| *owner == service).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ServiceId, u64), BookedClaim>> {
        self.0.lock().expect("nothing panics with the book")
    }
}
