//! Sessions: what a cookie stands for. They are in the store, so that they end when somebody ends them.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{ControlStore, PutControl, PutWhen, Result, StoredControl, Timestamp};
use serde::{Deserialize, Serialize};

use super::belongings::SESSION as KIND;
use super::secret;

/// A session is written again only after so long, so that most requests write nothing. Shorter sessions: after a tenth.
const REFRESH: Duration = Duration::from_secs(60);

/// What is kept of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    csrf: String,
    /// From where it was begun; for people, never for decisions.
    address: String,
    agent: String,
    seen_at: Timestamp,
}

/// A session that was just begun.
#[derive(Debug)]
pub(crate) struct NewSession {
    /// What the cookie says. Nothing else knows it.
    pub(crate) id: String,
}

/// A session that holds.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) key: String,
    pub(crate) user: String,
    pub(crate) csrf: String,
}

/// The sessions, in the control store.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    control: Arc<dyn ControlStore>,
    /// How long one lasts without a request.
    lifetime: Duration,
}

impl Sessions {
    pub(crate) fn new(control: Arc<dyn ControlStore>, lifetime: Duration) -> Self {
        Self { control, lifetime }
    }

    /// Begins a session for a user under a new id.
    pub(crate) async fn begin(&self, user: &str, address: &str, agent: &str, now: Timestamp) -> Result<NewSession> {
        // Logins are rare, and leave records that expire: a good moment to sweep.
        self.control.prune().await?;
        let id = secret::generate();
        let kept = Kept {
            csrf: secret::generate(),
            address: address.to_owned(),
            agent: agent.chars().take(200).collect(),
            seen_at: now,
        };
        self.control.put(self.record(&secret::digest(&id), user, &kept)).await?;
        Ok(NewSession { id })
    }

    /// The session of an id, which lasts on by this.
    pub(crate) async fn find(&self, id: &str, now: Timestamp) -> Result<Option<Session>> {
        let is_shaped = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_shaped {
            return Ok(None);
        }
        let key = secret::digest(id);
        let Some(record) = self.control.get(KIND, &key).await? else { return Ok(None) };
        let (Some(user), Ok(mut kept)) = (record.owner, serde_json::from_str::<Kept>(&record.body)) else {
            return Ok(None);
        };
        if now >= egret_core::job_data::saturating_add(kept.seen_at, REFRESH.min(self.lifetime / 10)) {
            kept.seen_at = now;
            let again = self.record(&key, &user, &kept).when(PutWhen::Version(record.version));
            // Whoever was faster has made it last on as well, or has ended it.
            if self.control.put(again).await? == StoredControl::Conflict
                && self.control.get(KIND, &key).await?.is_none()
            {
                return Ok(None);
            }
        }
        Ok(Some(Session { key, user, csrf: kept.csrf }))
    }

    /// Whether a session, named by its key, has not ended. Asking does not make it last on.
    pub(crate) async fn holds(&self, key: &str) -> Result<bool> {
        Ok(self.control.get(KIND, key).await?.is_some())
    }

    /// Ends a session, named by its key.
    pub(crate) async fn end(&self, key: &str) -> Result<()> {
        self.control.take(KIND, key).await.map(drop)
    }

    fn record(&self, key: &str, user: &str, kept: &Kept) -> PutControl {
        let body = serde_json::to_string(kept).expect("a session is plain data");
        let expires_at = egret_core::job_data::saturating_add(kept.seen_at, self.lifetime);
        PutControl::new(KIND, key, body).owned_by(user).expiring_at(expires_at)
    }
}

#[cfg(test)]
mod tests {
    use egret_core::{Clock as _, ManualClock, MemoryControl};

    use super::*;

    #[tokio::test]
    async fn a_session_lasts_as_long_as_requests_come() {
        let clock = Arc::new(ManualClock::at("2026-11-24T00:00:00Z".parse().unwrap()));
        let control: Arc<dyn ControlStore> = Arc::new(MemoryControl::new(clock.clone()));
        let sessions = Sessions::new(Arc::clone(&control), Duration::from_secs(300));
        let NewSession { id } = sessions.begin("sys", "", "", clock.now()).await.unwrap();
        for _ in 0..5 {
            clock.advance(Duration::from_secs(200));
            assert_eq!(sessions.find(&id, clock.now()).await.unwrap().map(|session| session.user), Some("sys".into()));
        }
        clock.advance(Duration::from_secs(300));
        assert!(sessions.find(&id, clock.now()).await.unwrap().is_none());
        sessions.begin("sys", "", "", clock.now()).await.unwrap();
        assert_eq!(control.prune().await.unwrap(), 0, "what has expired is swept by logins");
    }

    #[tokio::test]
    async fn what_is_kept_does_not_open_a_session() {
        let clock = Arc::new(ManualClock::at("2026-11-24T00:00:00Z".parse().unwrap()));
        let sessions = Sessions::new(Arc::new(MemoryControl::new(clock.clone())), Duration::from_secs(300));
        let NewSession { id } = sessions.begin("sys", "", "", clock.now()).await.unwrap();
        let key = sessions.find(&id, clock.now()).await.unwrap().unwrap().key;
        for wrong in [key.as_str(), &key[..32], &id.to_uppercase()[..31], "", "../../etc/passwd"] {
            assert!(sessions.find(wrong, clock.now()).await.unwrap().is_none(), "{wrong}");
        }
    }
}
