//! Time zones, read without looking through the whole database of the machine.
//!
//! jiff lists every file below `/usr/share/zoneinfo` before it reads the first zone (jiff 1.0.1, `tz/db/zoneinfo`): half of
//! what a short command did. Here the one file that is meant is read, and jiff is asked where that does not work.

use std::path::{Component, Path};

use jiff::tz::TimeZone;

/// Chooses the zone of a process instead of the machine's (POSIX, tzset(3)).
const VARIABLE: &str = "TZ";
/// The zone of the machine: a link into the database (systemd 252, localtime(5)).
const OF_MACHINE: &str = "/etc/localtime";
/// Where the machine's database is.
const DATABASE: &str = "/usr/share/zoneinfo";

/// The zone of the process: that of `TZ`, else that of the machine, else UTC.
pub(crate) fn of_process() -> TimeZone {
    match std::env::var_os(VARIABLE) {
        Some(_) => TimeZone::system(),
        None => of_link(Path::new(OF_MACHINE)).unwrap_or_else(TimeZone::system),
    }
}

/// The zone of a name such as `Asia/Tokyo`, in any case of letters; `None` when there is none.
pub(crate) fn named(name: &str) -> Option<TimeZone> {
    read(name).or_else(|| TimeZone::get(name).ok())
}

/// The zone to which a link leads; its name is what comes after the database's.
fn of_link(link: &Path) -> Option<TimeZone> {
    let target = std::fs::read_link(link).ok()?;
    read(target.to_str()?.rsplit_once("zoneinfo/")?.1)
}

/// Reads the file of a zone. Never one outside the database.
fn read(name: &str) -> Option<TimeZone> {
    let is_inside = !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let content = is_inside.then(|| std::fs::read(Path::new(DATABASE).join(name)).ok())??;
    TimeZone::tzif(name, &content).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_zone_has_its_name_in_any_case_of_letters() {
        let zone = named("Asia/Tokyo").unwrap();
        assert_eq!(zone.iana_name(), Some("Asia/Tokyo"));
        assert_eq!(zone, TimeZone::get("Asia/Tokyo").unwrap());
        assert_eq!(named("asia/tokyo").unwrap().iana_name(), Some("Asia/Tokyo"));
        assert!(named("Asia/Nowhere").is_none() && named("").is_none());
    }

    #[test]
    fn a_link_into_the_database_names_the_zone() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("localtime");
        symlink("/usr/share/zoneinfo/Asia/Tokyo", &link).unwrap();
        // A machine may have no database; then jiff has one.
        if Path::new(DATABASE).join("Asia/Tokyo").exists() {
            assert_eq!(of_link(&link).unwrap().iana_name(), Some("Asia/Tokyo"));
        }
        assert!(of_link(&folder.path().join("missing")).is_none());
    }

    #[test]
    fn nothing_outside_the_database_is_read() {
        assert!(read("../zoneinfo/Asia/Tokyo").is_none());
        assert!(read("/usr/share/zoneinfo/Asia/Tokyo").is_none());
    }
}
