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
    /// The name of one claim, for a column of 255 characters.
    pub fn of_claim(process: &ProcessIdentity, service: ServiceId, claim: u64) -> Self {
        Self::of_claim_within(LONGEST, process, service, claim)
    }

    /// The name of one claim, for a column of so many characters: some applications have 191. Names are ASCII, which every
    /// character set of a table holds; what else a host is called becomes question marks.
    pub(crate) fn of_claim_within(longest: usize, process: &ProcessIdentity, service: ServiceId, claim: u64) -> Self {
        let rest = format!(" pid:{} service:{service} claim:{claim}", process.pid);
        let room = longest.min(LONGEST).saturating_sub("host:".len() + rest.len());
        let is_shown = |character: char| character.is_ascii_graphic();
        let host = process.host.chars().take(room).map(|character| if is_shown(character) { character } else { '?' });
        Self(format!("host:{}{rest}", host.collect::<String>()))
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
        assert_eq!(name.as_str().len(), 255, "{name}");
        assert!(name.as_str().starts_with("host:?????"), "{name}");
        assert_eq!(LockName::parse(name.as_str()), Some((service, u64::MAX)));
        let name = LockName::of_claim_within(191, &process, service, u64::MAX);
        assert_eq!(name.as_str().len(), 191, "{name}");
        assert_eq!(LockName::parse(name.as_str()), Some((service, u64::MAX)));
    }
}
