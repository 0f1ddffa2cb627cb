//! What has run: the attempts of all jobs as people look at them, day by day, as a table, as CSV, with their lines.

mod csv;
mod day;
mod encoding;
mod lines;
mod row;

pub use csv::{CSV_HEADER, CsvExport, ExportError};
pub use day::{Day, NoDay};
pub use encoding::CsvEncoding;
pub use lines::{Lines, attempts, file};
pub use row::HistoryRow;
