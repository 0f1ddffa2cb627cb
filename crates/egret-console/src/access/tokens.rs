//! Access tokens: short ones in a URL, which open one session, and long-lived ones for programs.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{ControlQuery, ControlRecord, ControlStore, Page, PutControl, Result, Timestamp};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use super::belongings::{LONG_LIVED, ONCE};
use super::{Scope, secret};

/// How long a token in a URL is good (SHIRASAGI 1.21.0, `app/models/ss/access_token.rb`: 5 minutes).
pub(crate) const LIFETIME: Duration = Duration::from_secs(300);

/// What is kept of a long-lived token.
#[derive(Serialize, Deserialize)]
struct Kept {
    scopes: Vec<Scope>,
    created_at: Timestamp,
}

/// A long-lived token as people see it: never the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LongLivedToken {
    /// The beginning of its digest, by which it can be revoked.
    pub id: String,
    /// The user in whose name it acts.
    pub user: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Characters of the digest that name a token to people.
const SHOWN: usize = 12;

/// The tokens, in the control store.
#[derive(Clone, Debug)]
pub struct Tokens {
    control: Arc<dyn ControlStore>,
}

impl Tokens {
    /// The tokens that a store keeps.
    pub fn new(control: Arc<dyn ControlStore>) -> Self {
        Self { control }
    }

    /// Makes a token for `?access_token=`: 16 characters of URL-safe Base64, good for five minutes and one use.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn create(&self, user: &str, now: Timestamp) -> Result<String> {
        let token = generate();
        let expires_at = egret_core::job_data::saturating_add(now, LIFETIME);
        let record = PutControl::new(ONCE, secret::digest(&token), "").owned_by(user).expiring_at(expires_at);
        self.control.put(record).await?;
        Ok(token)
    }

    /// Uses up a token, and answers its user: of any number of simultaneous uses exactly one succeeds.
    pub(crate) async fn consume(&self, token: &str) -> Result<Option<String>> {
        Ok(self.control.take(ONCE, &secret::digest(token)).await?.and_then(|record| record.owner))
    }

    /// Makes a long-lived token for `Authorization: Bearer`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn create_long_lived(&self, user: &str, scopes: &[Scope], now: Timestamp) -> Result<String> {
        let token = secret::generate();
        let kept = Kept { scopes: scopes.to_vec(), created_at: now };
        let body = serde_json::to_string(&kept).expect("a token is plain data");
        self.control.put(PutControl::new(LONG_LIVED, secret::digest(&token), body).owned_by(user)).await?;
        Ok(token)
    }

    /// User and scopes of a long-lived token.
    pub(crate) async fn bearer(&self, token: &str) -> Result<Option<(String, Vec<Scope>)>> {
        let record = self.control.get(LONG_LIVED, &secret::digest(token)).await?;
        Ok(record.and_then(|record| {
            let kept: Kept = serde_json::from_str(&record.body).ok()?;
            Some((record.owner?, kept.scopes))
        }))
    }

    /// Every long-lived token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn long_lived(&self) -> Result<Vec<LongLivedToken>> {
        let mut tokens = Vec::new();
        let mut page = Page::first(500);
        loop {
            let listing = self.control.list(&ControlQuery::of_kind(LONG_LIVED), &page).await?;
            tokens.extend(listing.items.into_iter().filter_map(shown));
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(tokens),
            }
        }
    }

    /// Ends a long-lived token, named by its id, and answers what it was; `None` if there is no such token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn revoke(&self, id: &str) -> Result<Option<LongLivedToken>> {
        if id.len() < SHOWN {
            return Ok(None);
        }
        let mut page = Page::first(500);
        loop {
            let listing = self.control.list(&ControlQuery::of_kind(LONG_LIVED), &page).await?;
            if let Some(record) = listing.items.into_iter().find(|record| record.key.starts_with(id)) {
                return Ok(self.control.take(LONG_LIVED, &record.key).await?.and_then(shown));
            }
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(None),
            }
        }
    }
}

/// A token as people see it.
fn shown(record: ControlRecord) -> Option<LongLivedToken> {
    let Kept { scopes, created_at } = serde_json::from_str(&record.body).ok()?;
    let id = record.key.chars().take(SHOWN).collect();
    Some(LongLivedToken { id, user: record.owner?, scopes, created_at })
}

/// 96 random bits in URL-safe Base64, as SHIRASAGI makes them (1.21.0, `app/models/ss/access_token.rb`).
fn generate() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = rand::rng();
    (0..16).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use egret_core::{Clock, ManualClock, MemoryControl};

    use super::*;

    fn tokens() -> (Tokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at("2026-11-24T00:00:00Z".parse().unwrap()));
        (Tokens::new(Arc::new(MemoryControl::new(clock.clone()))), clock)
    }

    #[tokio::test]
    async fn a_token_is_good_for_one_use_within_five_minutes() {
        let (tokens, clock) = tokens();
        let one = tokens.create("sys", clock.now()).await.unwrap();
        assert!(one.len() == 16 && one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(tokens.consume(&one).await.unwrap().as_deref(), Some("sys"));
        assert_eq!(tokens.consume(&one).await.unwrap(), None);
        let late = tokens.create("sys", clock.now()).await.unwrap();
        clock.advance(LIFETIME);
        assert_eq!(tokens.consume(&late).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_long_lived_token_lasts_until_it_is_revoked() {
        let (tokens, clock) = tokens();
        let token = tokens.create_long_lived("monitor", &[Scope::StatusRead], clock.now()).await.unwrap();
        clock.advance(Duration::from_secs(86_400 * 365));
        let found = tokens.bearer(&token).await.unwrap();
        assert_eq!(found, Some(("monitor".to_owned(), vec![Scope::StatusRead])));
        let listed = tokens.long_lived().await.unwrap();
        assert!(!listed[0].id.contains(&token) && listed.len() == 1);
        for none in ["", "0123456789ab"] {
            assert_eq!(tokens.revoke(none).await.unwrap(), None);
        }
        assert_eq!(tokens.revoke(&listed[0].id).await.unwrap().as_ref(), Some(&listed[0]));
        assert_eq!(tokens.bearer(&token).await.unwrap(), None);
    }
}
