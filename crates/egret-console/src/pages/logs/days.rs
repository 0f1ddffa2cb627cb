//! Going from day to day.

use egret::history::Day;

use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::{Fields, Visit};

/// The day that a list shows, and the days around it.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// The day of the list; `None` for all days.
    pub(super) shown: Option<Day>,
    pub(super) today: Day,
}

impl Days {
    /// All days.
    pub(super) fn all(visit: &Visit) -> Self {
        Self { shown: None, today: Day::of(visit.now, &visit.reader.zone) }
    }

    /// The day that the path names by eight digits.
    pub(super) fn of_path(visit: &Visit) -> Result<Self, Fault> {
        let text = visit.parameter("ymd");
        let is_named = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let day = Day::parse(text, visit.now, &visit.reader.zone).ok().filter(|_| is_named);
        Ok(Self { shown: Some(day.ok_or_else(Fault::not_found)?), ..Self::all(visit) })
    }

    /// The day before the one shown.
    pub(super) fn previous(&self) -> Option<Day> {
        self.shown.unwrap_or(self.today).previous()
    }

    /// The day after the one shown, unless it is still to come.
    pub(super) fn next(&self) -> Option<Day> {
        self.shown?.next().filter(|next| *next <= self.today)
    }
}

/// The address of the list of a day, or of all days, with these fields in its query.
pub(super) fn address(area: Area, visit: &Visit, day: Option<Day>, fields: &Fields) -> String {
    let path = match day {
        Some(day) => format!("{}/{}/logs", area.prefix(), day.to_string().replace('-', "")),
        None => format!("{}/logs", area.prefix()),
    };
    let query = fields.to_query();
    if query.is_empty() { visit.link(&path) } else { format!("{}?{query}", visit.link(&path)) }
}
