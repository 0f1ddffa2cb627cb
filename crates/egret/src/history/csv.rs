//! The export of attempts for spreadsheets.

use std::io::{self, Write};

use egret_core::{ExecutionFilter, ExecutionOrder, ExecutionRecord, Page, Timestamp};
use jiff::tz::TimeZone;

use super::{CsvEncoding, HistoryRow, Lines};
use crate::arguments::inspect_arguments;
use crate::language::Language;
use crate::{App, Error};

/// The first line (SHIRASAGI 1.21.0, `app/controllers/concerns/job/logs_filter.rb`).
pub const CSV_HEADER: &str = "ClassName,Started,Closed,State,Args,Logs";
/// Attempts asked of the store at once.
const PAGE: usize = 200;

/// Attempts as CSV: a row each, those that run first, then the closed ones in the order of their ends; each with its
/// lines in the last field. Nothing is held in memory but a page of rows: the store and the files are read while the table
/// is written.
#[derive(Clone, Debug)]
pub struct CsvExport<'a> {
    app: &'a App,
    /// Which attempts.
    pub filter: ExecutionFilter,
    /// The zone of the times.
    pub zone: TimeZone,
    /// The language of the states.
    pub language: Language,
    /// The bytes of letters.
    pub encoding: CsvEncoding,
}

/// What stopped an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store or a file could not be read.
    #[error(transparent)]
    Source(#[from] Error),
    /// The table could not be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl From<egret_core::Error> for ExportError {
    fn from(error: egret_core::Error) -> Self {
        Self::Source(error.into())
    }
}

impl<'a> CsvExport<'a> {
    /// All attempts, in UTF-8 and English, times in UTC.
    pub fn new(app: &'a App, filter: ExecutionFilter) -> Self {
        Self { app, filter, zone: TimeZone::UTC, language: Language::English, encoding: CsvEncoding::Utf8 }
    }

    /// Writes the table and answers the number of its rows.
    ///
    /// # Errors
    /// The store, a file or the output fails; what is written by then stays.
    pub async fn write(&self, out: &mut dyn Write) -> Result<u64, ExportError> {
        let backend = self.app.backend();
        let mut filter = self.filter.clone();
        // What ends meanwhile would be listed twice, once as running.
        let now = backend.now().await?;
        filter.before = Some(filter.before.map_or(now, |before| before.min(now)));
        let mut table = Table { out, encoding: self.encoding };
        table.plain(CSV_HEADER)?;
        table.plain("\n")?;
        let mut n_rows = 0;
        let mut page = Page::first(PAGE);
        loop {
            let listing = backend.inspect_executions(&filter, ExecutionOrder::EarliestFirst, &page).await?;
            for record in listing.items {
                self.row(record, &mut table).await?;
                n_rows += 1;
            }
            match listing.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        table.out.flush()?;
        Ok(n_rows)
    }

    async fn row(&self, record: ExecutionRecord, table: &mut Table<'_>) -> Result<(), ExportError> {
        let row = HistoryRow::new(self.app, record, self.language);
        let arguments = row.arguments.as_ref().map(|raw| format!("[{}]", inspect_arguments(raw.get()).join(", ")));
        let [started, closed] = [row.started_at, row.closed_at].map(|at| self.time(at));
        for field in [&row.class, &started, &closed, &row.label, &arguments.unwrap_or_default()] {
            table.field(field)?;
            table.plain(",")?;
        }
        let lines = Lines::of(self.app, &row.job_id, row.attempt).await?;
        table.plain("\"")?;
        let mut is_first = true;
        lines.for_each(|line| -> Result<(), ExportError> {
            let end = if std::mem::take(&mut is_first) { "" } else { "\n" };
            let at = line.at.to_zoned_datetime(self.zone.clone());
            let at = at.strftime("%Y-%m-%d %H:%M:%S%.3f");
            table.quoted(&format!("{end}{at} {} {}", line.source.as_str(), line.text))?;
            Ok(())
        })?;
        table.plain("\"\n")?;
        Ok(())
    }

    /// To the minute, as SHIRASAGI writes times of job logs (1.21.0, `app/models/concerns/ss/model/job_log.rb`).
    fn time(&self, at: Option<Timestamp>) -> String {
        at.map(|at| at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    }
}

/// Fields as RFC 4180 has them, with line feeds as ends of lines.
struct Table<'a> {
    out: &'a mut dyn Write,
    encoding: CsvEncoding,
}

impl Table<'_> {
    fn plain(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// A field, in quotes where it needs them. One that spreadsheets would compute instead of showing it begins with an
    /// apostrophe: names of classes come from whoever may enqueue.
    fn field(&mut self, text: &str) -> io::Result<()> {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
        let defused = is_formula.then(|| format!("'{text}"));
        let text = defused.as_deref().unwrap_or(text);
        if !text.contains(['"', ',', '\n', '\r']) {
            return self.encoding.write(text, self.out);
        }
        self.plain("\"")?;
        self.quoted(text)?;
        self.plain("\"")
    }

    /// Text between quotes.
    fn quoted(&mut self, text: &str) -> io::Result<()> {
        for (index, part) in text.split('"').enumerate() {
            if index > 0 {
                self.plain("\"\"")?;
            }
            self.encoding.write(part, self.out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula() {
        let mut out = Vec::new();
        let mut table = Table { out: &mut out, encoding: CsvEncoding::Utf8 };
        for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "a=1", "=\"x\""] {
            table.field(text).unwrap();
            table.plain(";").unwrap();
        }
        let expected = "'=cmd|' /C calc'!A0;'+1;'-1;'@SUM(A1);'\t=1;'＝1;a=1;\"'=\"\"x\"\"\";";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let mut out = Vec::new();
        let mut table = Table { out: &mut out, encoding: CsvEncoding::Utf8 };
        for text in ["plain", "a,b", "say \"no\"", "two\nlines", ""] {
            table.field(text).unwrap();
            table.plain(";").unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "plain;\"a,b\";\"say \"\"no\"\"\";\"two\nlines\";;");
    }
}
