//! Who reads: in which language and in which zone.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use super::{Language, TimeZone};

/// Who reads: in which language and in which zone.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language of sentences.
    pub language: Language,
    /// The zone of times.
    pub zone: TimeZone,
}

impl Reader {
    /// A reader of a language in a zone.
    pub fn new(language: Language, zone: TimeZone) -> Self {
        Self { language, zone }
    }

    /// A moment with milliseconds and the offset of the zone, as SHIRASAGI writes it into `status.json` (1.21.0,
    /// `app/controllers/job/sys/statuses_controller.rb`): `2021-11-02T17:24:05.770+09:00`.
    pub fn iso(&self, moment: Timestamp) -> String {
        const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
        PRINTER.timestamp_with_offset_to_string(&moment, self.zone.to_offset(moment))
    }

    /// A moment for people, to the second: `2021-11-02 17:24:05`.
    pub fn moment(&self, moment: Timestamp) -> String {
        moment.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_upstream_writes_them() {
        let reader = Reader::new(Language::Japanese, TimeZone::get("Asia/Tokyo").unwrap());
        let moment = "2021-11-02T08:24:05.77Z".parse().unwrap();
        assert_eq!(reader.iso(moment), "2021-11-02T17:24:05.770+09:00");
        assert_eq!(reader.moment(moment), "2021-11-02 17:24:05");
    }
}
