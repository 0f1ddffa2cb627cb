//! The column `locked_by`.

use std::fmt;

use egret_core::{ProcessIdentity, ServiceId};

/// The name under which one claim holds its row.
///
/// It begins as Ruby's do, `host:HOST pid:PID`, so that people and their scripts find the process. The service's nonce and
/// the number of the claim make it unlike every other name, also where containers share host names and pids: whoever has a
/// name takes all rows that are locked under it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockName(String);

/// Bytes of the column on MySQL, and as many characters of `varchar(255)`.
const LONGEST: usize = 255;

impl LockName {
    /// The name of one claim.
    pub fn of_claim(process: &ProcessIdentity, service: ServiceId, claim: u64) -> Self {
        let rest = format!(" pid:{} service:{service} claim:{claim}", process.pid);
        let room = LONGEST - "host:".len() - rest.len();
        let end = (0..=room.min(process.host.len())).rev().find(|end| process.host.is_char_boundary(*end));
        let host = process.host[..end.unwrap_or(0)].replace('\0', "?");
        Self(format!("host:{host}{rest}"))
    }

    /// A name that is given, for example that of a worker of Ruby's.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The service and the claim, if the name is one of ours.
    pub fn parse(name: &str) -> Option<(ServiceId, u64)> {
        let (rest, claim) = name.rsplit_once(" claim:")?;
        let (_, service) = rest.rsplit_once(" service:")?;
        Some((service.parse().ok()?, claim.parse().ok()?))
    }

    /// The text of the column.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LockName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_rubys_and_says_whose_claim_it_is() {
        let process = ProcessIdentity { host: "vm".to_owned(), pid: 17, ..ProcessIdentity::current() };
        let service = ServiceId::from_number(255);
        let name = LockName::of_claim(&process, service, 3);
        assert_eq!(name.as_str(), "host:vm pid:17 service:00000000000000ff claim:3");
        assert_eq!(LockName::parse(name.as_str()), Some((service, 3)));
        assert_eq!(LockName::parse("delayed_job.7 host:vm pid:15474"), None);
    }

    #[test]
    fn a_long_host_leaves_room_for_what_tells_names_apart() {
        let process = ProcessIdentity { host: "ホスト".repeat(100), ..ProcessIdentity::current() };
        let service = ServiceId::generate();
        let name = LockName::of_claim(&process, service, u64::MAX);
        assert!(name.as_str().len() <= 255, "{name}");
        assert_eq!(LockName::parse(name.as_str()), Some((service, u64::MAX)));
    }
}
