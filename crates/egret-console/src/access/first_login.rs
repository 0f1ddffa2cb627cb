//! The first login: a link that makes the first user, good once and for an hour.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{ControlQuery, ControlStore, Page, PutControl, Result, Timestamp};

use super::secret;

const KIND: &str = "first_login";
/// How long a link is good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(3_600);
/// Where it leads.
pub(crate) const FIRST_LOGIN: &str = "/.mypage/first_login";

/// The links that make the first user.
#[derive(Clone, Debug)]
pub(crate) struct FirstLogin {
    control: Arc<dyn ControlStore>,
}

impl FirstLogin {
    pub(crate) fn new(control: Arc<dyn ControlStore>) -> Self {
        Self { control }
    }

    /// Makes a key. Those that were made before are good no longer.
    pub(crate) async fn begin(&self, now: Timestamp) -> Result<String> {
        let listing = self.control.list(&ControlQuery::of_kind(KIND), &Page::first(100)).await?;
        for record in listing.items {
            self.control.take(KIND, &record.key).await?;
        }
        let key = secret::generate();
        let expires_at = egret_core::job_data::saturating_add(now, LIFETIME);
        self.control.put(PutControl::new(KIND, secret::digest(&key), "").expiring_at(expires_at)).await?;
        Ok(key)
    }

    /// Whether a key is good. Looking does not use it up.
    pub(crate) async fn is_good(&self, key: &str) -> Result<bool> {
        Ok(self.control.get(KIND, &secret::digest(key)).await?.is_some())
    }

    /// Uses a key up: of any number of simultaneous uses one succeeds.
    pub(crate) async fn consume(&self, key: &str) -> Result<bool> {
        Ok(self.control.take(KIND, &secret::digest(key)).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use egret_core::{Clock as _, ManualClock, MemoryControl};

    use super::*;

    #[tokio::test]
    async fn a_key_is_good_once_for_an_hour_and_until_the_next() {
        let clock = Arc::new(ManualClock::at("2026-11-24T00:00:00Z".parse().unwrap()));
        let first = FirstLogin::new(Arc::new(MemoryControl::new(clock.clone())));
        let replaced = first.begin(clock.now()).await.unwrap();
        let key = first.begin(clock.now()).await.unwrap();
        assert!(!first.is_good(&replaced).await.unwrap() && first.is_good(&key).await.unwrap());
        assert!(first.consume(&key).await.unwrap() && !first.consume(&key).await.unwrap());
        let late = first.begin(clock.now()).await.unwrap();
        clock.advance(LIFETIME);
        assert!(!first.is_good(&late).await.unwrap() && !first.consume(&late).await.unwrap());
    }
}
