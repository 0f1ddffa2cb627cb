//! Names of services and of claims.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One life of a service: a random nonce, never reused, also not by a service of the same name.
///
/// Its text is sixteen lower hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceId(u64);

impl ServiceId {
    /// A fresh nonce.
    pub fn generate() -> Self {
        // The top bit stays clear so that stores with signed integers keep the number.
        Self(rand::random::<u64>() >> 1)
    }

    /// The service of a stored number.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number that stores keep; its top bit is clear on generated ones.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl fmt::Debug for ServiceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ServiceId({self})")
    }
}

/// A text that is not sixteen hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a service id, expected sixteen hexadecimal digits")]
pub struct BadServiceId(String);

impl FromStr for ServiceId {
    type Err = BadServiceId;

    fn from_str(text: &str) -> Result<Self, BadServiceId> {
        // Reading the number alone would let a sign pass.
        let is_hexadecimal = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(text, 16).ok().filter(|_| is_hexadecimal);
        number.map(Self).ok_or_else(|| BadServiceId(text.to_owned()))
    }
}

impl TryFrom<String> for ServiceId {
    type Error = BadServiceId;

    fn try_from(text: String) -> Result<Self, BadServiceId> {
        text.parse()
    }
}

impl From<ServiceId> for String {
    fn from(service: ServiceId) -> Self {
        service.to_string()
    }
}

/// Proof of one claim of one job. A later claim of the same job, by whomever, has another token, and every write under
/// the old one is refused as *stale*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClaimToken {
    /// The service that claimed.
    pub service: ServiceId,
    /// The store's own number of the job's record; 0 in stores that number claims only.
    pub record: u64,
    /// The number of the claim. Together with `service` and `record` it is never used again.
    pub claim: u64,
}
