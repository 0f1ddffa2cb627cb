//! Users of the console.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use egret_core::{ControlQuery, ControlStore, Page, PutControl, PutWhen, StoredControl};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{Role, belongings};

const KIND: &str = "user";
/// Names longer than this are nobody's.
const MAX_NAME: usize = 100;
/// The shortest password that is taken.
pub const MIN_PASSWORD: usize = 8;
/// Longer ones cost time and gain nothing.
const MAX_PASSWORD: usize = 1024;
/// Passwords that are hashed at once: each takes 19 MiB, and a flood of logins is to take neither memory nor all threads.
const AT_ONCE: usize = 4;

/// A user of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// His name; `user_id` of the jobs that are his own.
    pub name: String,
    /// What he may do.
    pub role: Role,
}

/// What is kept of a user.
#[derive(Serialize, Deserialize)]
struct Kept {
    role: Role,
    /// By Argon2id, with salt and parameters, in the PHC string format; empty for a user who has no password yet.
    password: String,
}

/// Why a user is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// The name will not do.
    #[error("`{0}` is no name of a user, expected 1 to 100 letters, digits, `-`, `_`, `.` or `@`")]
    Name(String),
    /// The password will not do.
    #[error("the password has {0} characters, expected {MIN_PASSWORD} to {MAX_PASSWORD}")]
    Password(usize),
    /// The name is taken.
    #[error("there is a user `{0}` already")]
    Exists(String),
    /// Nobody has the name.
    #[error("there is no user `{0}`")]
    Unknown(String),
    /// The password could not be hashed.
    #[error("failed to hash the password: {0}")]
    Hash(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] egret_core::Error),
}

/// The users of the console, in the control store.
#[derive(Clone, Debug)]
pub struct Users {
    control: Arc<dyn ControlStore>,
    hashing: Arc<Semaphore>,
}

impl Users {
    /// The users that a store keeps.
    pub fn new(control: Arc<dyn ControlStore>) -> Self {
        Self { control, hashing: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Adds a user. Without a password he can only come in by tokens and login links.
    ///
    /// # Errors
    /// When the name is taken, or name or password will not do.
    pub async fn add(&self, name: &str, role: Role, password: Option<&str>) -> Result<User, UserError> {
        check_name(name)?;
        let password = match password {
            Some(password) => self.hash(password).await?,
            None => String::new(),
        };
        let body = serde_json::to_string(&Kept { role, password }).expect("a user is plain data");
        match self.control.put(PutControl::new(KIND, name, body).when(PutWhen::Absent)).await? {
            StoredControl::Stored(_) => Ok(User { name: name.to_owned(), role }),
            StoredControl::Conflict => Err(UserError::Exists(name.to_owned())),
        }
    }

    /// The user of the name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, name: &str) -> Result<Option<User>, UserError> {
        Ok(self.kept(name).await?.map(|kept| User { name: name.to_owned(), role: kept.role }))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self) -> Result<Vec<User>, UserError> {
        let mut users = Vec::new();
        let mut page = Page::first(500);
        loop {
            let listing = self.control.list(&ControlQuery::of_kind(KIND), &page).await?;
            users.extend(listing.items.into_iter().filter_map(|record| {
                let kept: Kept = serde_json::from_str(&record.body).ok()?;
                Some(User { name: record.key, role: kept.role })
            }));
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(users),
            }
        }
    }

    /// Whether there is none yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn are_none(&self) -> Result<bool, UserError> {
        Ok(self.control.list(&ControlQuery::of_kind(KIND), &Page::first(1)).await?.items.is_empty())
    }

    /// Judges a name and a password without storing anything.
    ///
    /// # Errors
    /// What [`add`](Self::add) would refuse, apart from a name that is taken.
    pub fn check(&self, name: &str, password: &str) -> Result<(), UserError> {
        check_name(name)?;
        check_password(password)
    }

    /// Gives a user another password, or takes the one that he has, and answers whether he had one. His sessions end:
    /// whoever knew the old one is out.
    ///
    /// # Errors
    /// When there is no such user, or the password will not do.
    pub async fn set_password(&self, name: &str, password: Option<&str>) -> Result<bool, UserError> {
        let hashed = match password {
            Some(password) => self.hash(password).await?,
            None => String::new(),
        };
        let mut had_one = false;
        let change = |kept: &mut Kept| {
            had_one = !kept.password.is_empty();
            kept.password.clone_from(&hashed);
        };
        self.amend(name, change).await?;
        belongings::end_sessions(&*self.control, name).await?;
        Ok(had_one)
    }

    /// Gives a user another role, which counts from the next request on. Answers the one that he had.
    ///
    /// # Errors
    /// When there is no such user.
    pub async fn set_role(&self, name: &str, role: Role) -> Result<Role, UserError> {
        let mut former = role;
        self.amend(name, |kept| former = std::mem::replace(&mut kept.role, role)).await?;
        Ok(former)
    }

    /// Removes a user with his sessions and tokens: somebody who gets the name later does not inherit them.
    ///
    /// # Errors
    /// When there is no such user.
    pub async fn remove(&self, name: &str) -> Result<(), UserError> {
        let removed = self.control.take(KIND, name).await?;
        belongings::end_all(&*self.control, name).await?;
        removed.map(drop).ok_or_else(|| UserError::Unknown(name.to_owned()))
    }

    /// The user, if the password is his. Takes the same time whether there is such a user or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn verify(&self, name: &str, password: &str) -> Result<Option<User>, UserError> {
        let kept = self.kept(name).await?;
        let stored = kept.as_ref().map(|kept| kept.password.clone()).filter(|stored| !stored.is_empty());
        let is_right = self.matches(password.to_owned(), stored).await;
        Ok(kept.filter(|_| is_right).map(|kept| User { name: name.to_owned(), role: kept.role }))
    }

    /// Changes what is kept of a user, anew when somebody else was faster.
    async fn amend(&self, name: &str, mut change: impl FnMut(&mut Kept)) -> Result<(), UserError> {
        loop {
            let record = self.control.get(KIND, name).await?;
            let read =
                record.and_then(|record| Some((record.version, serde_json::from_str::<Kept>(&record.body).ok()?)));
            let (version, mut kept) = read.ok_or_else(|| UserError::Unknown(name.to_owned()))?;
            change(&mut kept);
            let body = serde_json::to_string(&kept).expect("a user is plain data");
            let put = PutControl::new(KIND, name, body).when(PutWhen::Version(version));
            if let StoredControl::Stored(_) = self.control.put(put).await? {
                return Ok(());
            }
        }
    }

    /// Hashes on a thread for work that takes long: it costs some 20 ms and 19 MiB, by the default parameters of Argon2id
    /// (RFC 9106 and OWASP's sheet on storing passwords).
    async fn hash(&self, password: &str) -> Result<String, UserError> {
        check_password(password)?;
        let _permit = self.hashing.acquire().await.expect("it is never closed");
        let password = password.to_owned();
        let hashed = tokio::task::spawn_blocking(move || {
            Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
        });
        match hashed.await {
            Ok(Ok(hash)) => Ok(hash),
            Ok(Err(error)) => Err(UserError::Hash(error.to_string())),
            Err(error) => Err(UserError::Hash(error.to_string())),
        }
    }

    async fn matches(&self, password: String, stored: Option<String>) -> bool {
        if password.len() > MAX_PASSWORD * 4 {
            return false;
        }
        let _permit = self.hashing.acquire().await.expect("it is never closed");
        let verified = tokio::task::spawn_blocking(move || match stored.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
            _ => {
                // As long as the other way, so that nobody learns by it which names exist.
                let _ = Argon2::default().hash_password(password.as_bytes());
                false
            }
        });
        verified.await.unwrap_or(false)
    }

    async fn kept(&self, name: &str) -> Result<Option<Kept>, UserError> {
        if check_name(name).is_err() {
            return Ok(None);
        }
        let record = self.control.get(KIND, name).await?;
        Ok(record.and_then(|record| serde_json::from_str(&record.body).ok()))
    }
}

fn check_name(name: &str) -> Result<(), UserError> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_.@".contains(letter);
    match name.chars().count() {
        1..=MAX_NAME if name.chars().all(is_plain) => Ok(()),
        _ => Err(UserError::Name(name.chars().take(MAX_NAME).collect())),
    }
}

fn check_password(password: &str) -> Result<(), UserError> {
    match password.chars().count() {
        MIN_PASSWORD..=MAX_PASSWORD => Ok(()),
        n_characters => Err(UserError::Password(n_characters)),
    }
}

#[cfg(test)]
mod tests {
    use egret_core::{MemoryControl, SystemClock};

    use super::*;

    fn users() -> Users {
        Users::new(Arc::new(MemoryControl::new(Arc::new(SystemClock))))
    }

    #[tokio::test]
    async fn a_user_comes_in_with_his_password_and_no_other() {
        let users = users();
        users.add("sys", Role::Admin, Some("correct horse")).await.unwrap();
        assert_eq!(users.verify("sys", "correct horse").await.unwrap().map(|user| user.role), Some(Role::Admin));
        assert_eq!(users.verify("sys", "correct horses").await.unwrap(), None);
        assert_eq!(users.verify("nobody", "correct horse").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_user_without_a_password_comes_in_with_none() {
        let users = users();
        users.add("monitor", Role::Viewer, None).await.unwrap();
        assert_eq!(users.verify("monitor", "").await.unwrap(), None);
    }

    #[tokio::test]
    async fn names_and_passwords_that_will_not_do_are_refused() {
        let users = users();
        for name in ["", "a b", "<b>", "a/b", &"x".repeat(101)] {
            assert!(matches!(users.add(name, Role::Own, None).await, Err(UserError::Name(_))), "{name}");
        }
        assert!(matches!(users.add("a", Role::Own, Some("short")).await, Err(UserError::Password(5))));
        users.add("a", Role::Own, None).await.unwrap();
        assert!(matches!(users.add("a", Role::Admin, None).await, Err(UserError::Exists(_))));
        users.remove("a").await.unwrap();
        assert!(matches!(users.remove("a").await, Err(UserError::Unknown(_))));
    }

    #[tokio::test]
    async fn passwords_are_kept_by_argon2id_only() {
        let control: Arc<dyn ControlStore> = Arc::new(MemoryControl::new(Arc::new(SystemClock)));
        Users::new(Arc::clone(&control)).add("sys", Role::Admin, Some("correct horse")).await.unwrap();
        let body = control.get(KIND, "sys").await.unwrap().unwrap().body;
        assert!(body.contains("$argon2id$v=19$") && !body.contains("horse"), "{body}");
    }

    #[tokio::test]
    async fn another_password_ends_the_sessions_and_another_role_does_not() {
        let control: Arc<dyn ControlStore> = Arc::new(MemoryControl::new(Arc::new(SystemClock)));
        let users = Users::new(Arc::clone(&control));
        users.add("sys", Role::Viewer, Some("correct horse")).await.unwrap();
        let session = PutControl::new(belongings::SESSION, "key", "").owned_by("sys");
        control.put(session).await.unwrap();
        assert_eq!(users.set_role("sys", Role::Admin).await.unwrap(), Role::Viewer);
        assert!(control.get(belongings::SESSION, "key").await.unwrap().is_some());
        users.set_password("sys", Some("battery staple")).await.unwrap();
        assert!(control.get(belongings::SESSION, "key").await.unwrap().is_none());
        assert_eq!(users.verify("sys", "correct horse").await.unwrap(), None);
        assert_eq!(users.verify("sys", "battery staple").await.unwrap().map(|user| user.role), Some(Role::Admin));
        assert!(matches!(users.set_password("nobody", None).await, Err(UserError::Unknown(_))));
        assert!(matches!(users.set_role("nobody", Role::Own).await, Err(UserError::Unknown(_))));
    }

    #[tokio::test]
    async fn whoever_gets_the_name_of_a_removed_user_inherits_nothing() {
        let control: Arc<dyn ControlStore> = Arc::new(MemoryControl::new(Arc::new(SystemClock)));
        let users = Users::new(Arc::clone(&control));
        assert!(users.are_none().await.unwrap());
        users.add("sys", Role::Admin, None).await.unwrap();
        assert!(!users.are_none().await.unwrap());
        let kinds = [belongings::SESSION, belongings::ONCE, belongings::LONG_LIVED];
        for (kind, owner) in kinds.into_iter().flat_map(|kind| [(kind, "sys"), (kind, "other")]) {
            control.put(PutControl::new(kind, owner, "").owned_by(owner)).await.unwrap();
        }
        users.remove("sys").await.unwrap();
        for kind in kinds {
            assert!(control.get(kind, "sys").await.unwrap().is_none(), "{kind}");
            assert!(control.get(kind, "other").await.unwrap().is_some(), "{kind}");
        }
    }
}
