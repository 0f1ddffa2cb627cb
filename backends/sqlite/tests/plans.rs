//! Every query that claims and listings make finds its rows by an index, in its order, in a store of 100,000 jobs that
//! SQLite has measured.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use egret_sqlite::rusqlite::Connection;
use support::{Store, large};

/// Queries that read all of a small table on purpose, or that walk history on purpose, in its order.
const SCANS: [&str; 13] = [
    "lanes",
    "services",
    "pauses",
    "queues",
    "sequence",
    "sequence_move",
    "sequence_touch",
    "rights",
    "prune_runners",
    "prunable_oldest",
    "presence",
    "polled",
    // Of the priorities found so far; rows are found by the key.
    "ready_oldest",
];

#[test]
fn queries_read_no_table_from_end_to_end() {
    let store = Store::new();
    let connection = large::fill(&store);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut n_queries = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // Checks read everything on purpose, and what saves a damaged store is a script.
        if name.starts_with("check_") || name.starts_with("salvage_") || name == "count_copy" {
            continue;
        }
        let plan = plan(&connection, &std::fs::read_to_string(&path).unwrap());
        n_queries += 1;
        let scans = plan.iter().filter(|step| step.starts_with("SCAN") && !step.contains("CONSTANT ROW"));
        let scans: Vec<_> = scans.filter(|step| !is_subquery(step) && !is_claims(step)).collect();
        assert!(scans.is_empty() || SCANS.contains(&name.as_str()), "`{name}` reads a whole table: {plan:?}");
        let is_sorted = plan.iter().any(|step| step.contains("TEMP B-TREE"));
        let may_sort = [
            "services",
            "queues",
            "claims_of_attempt",
            "service_claims",
            "interrupted_runners",
            "cancel_asked",
            "claims_by_owner",
        ];
        assert!(!is_sorted || may_sort.contains(&name.as_str()), "`{name}` sorts: {plan:?}");
    }
    assert!(n_queries > 60, "only {n_queries} queries found");
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement =
        connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let n_parameters = statement.parameter_count();
    let parameters = egret_sqlite::rusqlite::params_from_iter(std::iter::repeat_n(1_i64, n_parameters));
    statement.query_map(parameters, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The rows of a subquery, which are few.
fn is_subquery(step: &str) -> bool {
    ["subquery", "names", "(join", "0 "].iter().any(|word| step.contains(word))
}

/// The table of claimed jobs, which are few.
fn is_claims(step: &str) -> bool {
    step.contains("claims")
}

#[test]
fn claims_and_listings_use_the_index_that_is_meant_for_them() {
    let store = Store::new();
    let connection = large::fill(&store);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    for (name, index, columns) in [
        ("ready_first", "egret_ready", "lane=? AND is_suspect=?"),
        ("ready_next", "egret_ready", "lane=? AND is_suspect=? AND (priority,due_at,position)>(?,?,?)"),
        ("ready_delete", "egret_ready", "lane=? AND is_suspect=? AND priority=? AND due_at=? AND position=?"),
        ("reserved_due", "reserved USING PRIMARY KEY", "lane=? AND state=? AND due_at<?"),
        ("reserved_first", "egret_reserved", "lane=? AND state=?"),
        ("list_ready_due", "egret_ready", "lane=? AND is_suspect=? AND priority=? AND (due_at,position)>(?,?)"),
        ("list_ready_latest", "egret_ready", "lane=? AND is_suspect=? AND priority=? AND (due_at,position)"),
        ("list_reserved_due", "egret_reserved", "lane=? AND state=? AND (due_at,position)>(?,?)"),
        ("list_reserved_latest", "egret_reserved", "lane=? AND state=? AND (due_at,position)"),
        ("ready_oldest", "egret_ready", "lane=? AND is_suspect=?"),
        ("reserved_due_some", "egret_reserved", "lane=? AND state=? AND due_at<?"),
        ("prunable", "egret_history_by_end", "finished_at<?"),
        ("list_finished", "egret_history_by_end", "finished_at>? AND finished_at<?"),
        ("list_failures", "egret_history_failures", "state=? AND finished_at>? AND finished_at<?"),
        ("list_finished_of_user", "egret_history_by_user", "user_id=? AND finished_at>? AND finished_at<?"),
        ("list_finished_of_site", "egret_history_by_site", "site_id=? AND finished_at>? AND finished_at<?"),
        ("list_live_of_user", "egret_jobs_by_user", "user_id=?"),
        ("list_live_of_site", "egret_jobs_by_site", "site_id=?"),
        ("closed_own_of_user_latest", "egret_executions_by_user", "user_id=? AND closed_at>? AND closed_at<?"),
        ("closed_own_of_user_earliest", "egret_executions_by_user", "user_id=? AND closed_at>? AND closed_at<?"),
        ("closed_own_of_site_latest", "egret_executions_by_site", "site_id=? AND closed_at>? AND closed_at<?"),
        ("closed_own_of_site_earliest", "egret_executions_by_site", "site_id=? AND closed_at>? AND closed_at<?"),
        ("closed_folded_of_user_latest", "egret_history_by_user", "user_id=? AND finished_at>? AND finished_at<?"),
        ("closed_folded_of_user_earliest", "egret_history_by_user", "user_id=? AND finished_at>? AND finished_at<?"),
        ("closed_folded_of_site_latest", "egret_history_by_site", "site_id=? AND finished_at>? AND finished_at<?"),
        ("closed_folded_of_site_earliest", "egret_history_by_site", "site_id=? AND finished_at>? AND finished_at<?"),
        ("find_record", "jobs USING INTEGER PRIMARY KEY", "rowid=?"),
        ("owner", "egret_jobs USING INTEGER PRIMARY KEY", "rowid=?"),
        ("job_key", "egret_jobs USING INTEGER PRIMARY KEY", "rowid=?"),
        ("closed_folded_latest", "egret_history_by_end", "finished_at>? AND finished_at<?"),
        ("closed_folded_earliest", "egret_history_by_end", "finished_at>? AND finished_at<?"),
        ("closed_own_latest", "egret_executions_by_end", "closed_at>? AND closed_at<?"),
        ("closed_own_earliest", "egret_executions_by_end", "closed_at>? AND closed_at<?"),
        ("find", "egret_jobs_by_job_id", "job_id=?"),
    ] {
        let plan = plan(&connection, &std::fs::read_to_string(folder.join(format!("{name}.sql"))).unwrap());
        let used = plan.iter().any(|step| step.contains(index) && step.contains(columns));
        assert!(used, "`{name}` does not use `{index}` ({columns}): {plan:?}");
    }
}
