//! Moments as pages show them.

use std::time::Duration;

use egret::language::Reader;
use egret_core::Timestamp;

/// A moment as a page shows it: how long ago, with the time itself behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For programs and readers: in UTC.
    pub(crate) iso: String,
    /// For people, in their zone, to the second.
    pub(crate) full: String,
    /// The same to the minute: `2021-11-02 17:24`. SHIRASAGI (1.21.0, `app/helpers/ss/application_helper.rb`) shows as
    /// much, with slashes; here days are written as forms and commands read them.
    pub(crate) short: String,
    /// How long ago, or in how long: without a word for which.
    pub(crate) distance: String,
    /// Whether it is still to come.
    pub(crate) is_future: bool,
    /// Whether it is less than a second away.
    pub(crate) is_now: bool,
}

impl Moment {
    pub(crate) fn new(moment: Timestamp, now: Timestamp, reader: &Reader) -> Self {
        let distance: Duration = moment.duration_since(now).unsigned_abs();
        Self {
            iso: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            full: reader.moment(moment),
            short: moment.to_zoned_datetime(reader.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
            distance: reader.language.length(distance),
            is_future: moment > now,
            is_now: distance < Duration::from_secs(1),
        }
    }
}
