//! What a control store keeps.

use jiff::Timestamp;

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlRecord {
    /// What kind of thing it is, for example `session`. Keys are unique within a kind.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// To whom it belongs, by which a kind can be listed.
    pub owner: Option<String>,
    /// What it says; the store does not look into it.
    pub body: String,
    /// From when on it is gone, by the store's clock; `None`: never by itself.
    pub expires_at: Option<Timestamp>,
    /// Counts the times it was stored, from 1.
    pub version: u64,
}

/// A record to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutControl {
    /// What kind of thing it is.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// To whom it belongs.
    pub owner: Option<String>,
    /// What it says.
    pub body: String,
    /// From when on it is gone. A time that is past removes what is there.
    pub expires_at: Option<Timestamp>,
    /// On which condition.
    pub when: PutWhen,
}

impl PutControl {
    /// A record that is stored whatever is there, belongs to nobody and never expires.
    pub fn new(kind: impl Into<String>, key: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            key: key.into(),
            owner: None,
            body: body.into(),
            expires_at: None,
            when: PutWhen::Always,
        }
    }

    /// Names to whom it belongs.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Says from when on it is gone.
    #[must_use]
    pub fn expiring_at(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Says on which condition it is stored.
    #[must_use]
    pub fn when(mut self, when: PutWhen) -> Self {
        self.when = when;
        self
    }
}

/// On which condition a record is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutWhen {
    /// Whatever is there.
    Always,
    /// Nothing is there under the key.
    Absent,
    /// What is there has this version.
    Version(u64),
}

/// What became of a record to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredControl {
    /// It is stored under this version.
    Stored(u64),
    /// The condition did not hold; nothing changed.
    Conflict,
}

/// Which records of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlQuery {
    /// The kind.
    pub kind: String,
    /// Only those of this owner.
    pub owner: Option<String>,
    /// In which order of their keys.
    pub order: KeyOrder,
}

impl ControlQuery {
    /// Every record of a kind, smaller keys first.
    pub fn of_kind(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), owner: None, order: KeyOrder::Ascending }
    }

    /// Only those of the owner.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Larger keys first: the latest ones, where keys begin with a time.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.order = KeyOrder::Descending;
        self
    }
}

/// In which order of their keys records are listed; keys are compared byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrder {
    /// Smaller keys first.
    Ascending,
    /// Larger keys first.
    Descending,
}
