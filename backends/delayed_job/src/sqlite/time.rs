//! Times as Active Record writes them into SQLite: text in UTC with six decimals, so that their order is that of texts.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};

/// The text of a moment, to the microsecond.
pub(super) fn text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string()
}

/// The moment in a column; the fraction may lack, and a `T` may stand for the blank.
pub(super) fn column(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<Timestamp>> {
    let Some(text) = row.get::<_, Option<String>>(name)? else { return Ok(None) };
    let parsed = text.parse::<DateTime>().and_then(|local| TimeZone::UTC.to_timestamp(local));
    match parsed {
        Ok(moment) => Ok(Some(moment)),
        Err(error) => {
            let column = row.as_ref().column_index(name)?;
            let error = FromSqlError::Other(format!("`{text}` in the column `{name}` is no time: {error}").into());
            Err(rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
        }
    }
}
