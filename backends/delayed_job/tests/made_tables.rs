//! The table that we make is the one that Delayed Job's generator makes, on each database.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "acceptance/raw.rs"]
#[expect(dead_code, reason = "each test program uses its part")]
mod raw;
#[expect(dead_code, reason = "each test program uses its part")]
mod support;

use raw::Raw;
use support::Database;

#[tokio::test]
async fn in_postgresql() {
    let catalog = "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity = 'd', \
                   pg_get_expr(adbin, adrelid)) \
                   FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
                   WHERE attrelid = 'delayed_jobs'::regclass AND attnum > 0 \
                   UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'delayed_jobs'::regclass";
    let theirs = include_str!("samples/schema_postgresql.sql").replace("public.", "");
    is_as_theirs(Database::postgres(), &theirs, &[catalog]).await;
}

#[tokio::test]
async fn in_mysql() {
    // Tables of the tests take long handlers. Times are those of migrations since Rails 7, whose columns cut nothing.
    let theirs = include_str!("samples/schema_mysql.sql").replace("`handler` text", "`handler` longtext");
    let theirs = theirs.replace("datetime DEFAULT", "datetime(6) DEFAULT");
    is_as_theirs(Database::mysql(), &theirs, &["SHOW CREATE TABLE delayed_jobs"]).await;
}

#[tokio::test]
async fn in_sqlite() {
    let theirs = include_str!("samples/schema_sqlite.sql");
    let shape = [
        "PRAGMA table_info(delayed_jobs)",
        "PRAGMA index_list(delayed_jobs)",
        "PRAGMA index_info(delayed_jobs_priority)",
    ];
    is_as_theirs(Database::sqlite(), theirs, &shape).await;
}

/// Looks at the table that we have made, puts the one in its place that Ruby has made, and looks again.
async fn is_as_theirs(database: Database, theirs: &str, questions: &[&str]) {
    let mut raw = Raw::connect(database.url()).await;
    let ours = shape(&mut raw, questions).await;
    raw.run("DROP TABLE delayed_jobs").await;
    raw.run(theirs).await;
    assert_eq!(ours, shape(&mut raw, questions).await);
    assert!(ours.len() > 12, "twelve columns and an index: {ours:?}");
}

async fn shape(raw: &mut Raw, questions: &[&str]) -> Vec<Vec<Option<String>>> {
    let mut shape = Vec::new();
    for question in questions {
        let rows = raw.rows(question).await;
        // What MySQL says in one row is compared line by line.
        let lines = rows.iter().flat_map(|row| {
            let lines: Vec<Vec<Option<String>>> = match row.as_slice() {
                [_, Some(statement)] if statement.contains('\n') => {
                    statement.lines().map(|line| vec![Some(line.to_owned())]).collect()
                }
                row => vec![row.to_vec()],
            };
            lines
        });
        shape.extend(lines);
    }
    shape.sort();
    shape
}
