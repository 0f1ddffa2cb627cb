//! The verb *check*: whether every page can be read, and whether what the tables say of each job fits together.

use egret_core::{CareProgress, CheckReport, Finding, Result};
use rusqlite::Connection;

use crate::backend::SqliteBackend;
use crate::damage::is_corruption;
use crate::queries;

/// At most so many findings are listed of the pages, and of the rest together.
const MAX_FINDINGS: usize = 100;

/// The subject of findings of SQLite itself.
const PAGES: &str = "pages";

/// A promise that the tables keep, with the query that finds where they do not. Each row is one thing that is wrong: the
/// text after the colon of its finding.
const PROMISES: [(&str, &str, &str); 7] = [
    ("counters", "a lane counts other jobs than it has", queries::CHECK_COUNTERS),
    ("claims", "a claim is of no job, or of a service that is not known", queries::CHECK_CLAIMS),
    ("waiting", "a place is held by no job", queries::CHECK_WAITING),
    ("places", "a job is in no place, or in several", queries::CHECK_PLACES),
    ("history", "an end or an attempt is of no job", queries::CHECK_HISTORY),
    ("ids", "several jobs have one id", queries::CHECK_IDS),
    ("numbers", "a number is in use that is still to be given", queries::CHECK_NUMBERS),
];

impl SqliteBackend {
    pub(crate) async fn check_store(&self, progress: CareProgress) -> Result<CheckReport> {
        let report =
            self.care.call_blindly("check the store", move |session| check(session.connection, &progress)).await?;
        if let Some(finding) = report.findings.iter().find(|finding| finding.subject == PAGES) {
            self.watch.suspect(&finding.message);
        }
        Ok(report)
    }
}

/// Checks everything as of the connection's transaction.
fn check(connection: &Connection, progress: &CareProgress) -> rusqlite::Result<CheckReport> {
    let total = PROMISES.len() as u64 + 1;
    progress.tell(PAGES, 0, total);
    let mut findings = match broken_pages(connection, MAX_FINDINGS) {
        // Not even SQLite's own check comes through.
        Err(error) if is_corruption(&error) => vec![Finding { subject: PAGES, message: error.to_string() }],
        findings => findings?,
    };
    // Where pages are broken, the promises below cannot be judged.
    if findings.is_empty() {
        for (place, (subject, meaning, sql)) in (1..).zip(PROMISES) {
            progress.tell(subject, place, total);
            findings.extend(broken_promises(connection, subject, meaning, sql)?);
        }
    }
    progress.tell("done", total, total);
    findings.truncate(MAX_FINDINGS);
    let n_jobs: i64 = match findings.is_empty() {
        true => connection.query_row("SELECT count(*) FROM egret_jobs", [], |row| row.get(0))?,
        false => 0,
    };
    Ok(CheckReport { is_whole: findings.is_empty(), n_jobs: n_jobs.unsigned_abs(), findings })
}

/// Whether SQLite finds nothing wrong with the pages.
pub(crate) fn is_whole(connection: &Connection) -> bool {
    broken_pages(connection, 1).is_ok_and(|findings| findings.is_empty())
}

fn broken_pages(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({limit})"))?;
    let messages = statement.query_map([], |row| row.get::<_, String>(0))?;
    // The answer of a whole database is the one word `ok`; one message can have several lines.
    let messages: Vec<String> = messages.collect::<rusqlite::Result<_>>()?;
    let lines = messages.iter().flat_map(|message| message.lines()).filter(|line| *line != "ok" && !line.is_empty());
    Ok(lines.map(|line| Finding { subject: PAGES, message: line.to_owned() }).collect())
}

fn broken_promises(
    connection: &Connection,
    subject: &'static str,
    meaning: &str,
    sql: &str,
) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?.take(MAX_FINDINGS);
    rows.map(|row| Ok(Finding { subject, message: format!("{meaning}: {}", row?) })).collect()
}
