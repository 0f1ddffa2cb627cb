//! The table on SQLite: what is stored, who may take it, and how runs end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use egret_core::{ErrorKind, ErrorReport, JobData, Timestamp};
use egret_delayed_job::handler;
use egret_delayed_job::sqlite::SqliteTable;
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row, Settings};
use egret_delayed_job::yaml::Limits;
use rusqlite::Connection;

const HOUR: Duration = Duration::from_secs(3600);

struct Table {
    connection: Connection,
    table: SqliteTable,
    now: Timestamp,
}

impl Table {
    fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let table = SqliteTable::create(&connection, "").unwrap();
        Self { connection, table, now: "2026-11-23T19:01:31.246532Z".parse().unwrap() }
    }

    /// A table that others have made.
    fn made_by(sql: &str) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        let table = SqliteTable::open(&connection, "").unwrap();
        Self { connection, table, ..Self::new() }
    }

    fn row(&self) -> NewRow {
        NewRow { priority: 0, handler: "--- !ruby/object:EmptyJob {}\n".to_owned(), run_at: self.now, queue: None }
    }

    fn insert(&self, row: NewRow) -> i64 {
        self.table.insert(&self.connection, &row, self.now).unwrap()
    }

    fn reservation(&self, name: &str) -> Reservation {
        Reservation::new(LockName::new(name), self.now, &Settings::default())
    }

    fn reserve(&self, name: &str) -> Option<Row> {
        self.reserve_with(&self.reservation(name))
    }

    fn reserve_with(&self, reservation: &Reservation) -> Option<Row> {
        self.table.reserve(&self.connection, reservation).unwrap()
    }

    fn end(&self, row: &Row, name: &str, end: &End) -> bool {
        self.table.end(&self.connection, row.id, &LockName::new(name), end, self.now).unwrap()
    }

    fn find(&self, id: i64) -> Row {
        self.table.find(&self.connection, id).unwrap().expect("the row is there")
    }

    fn set(&self, id: i64, assignment: &str) {
        let n_rows =
            self.connection.execute(&format!("UPDATE delayed_jobs SET {assignment} WHERE id = {id}"), []).unwrap();
        assert_eq!(n_rows, 1);
    }
}

fn ids(table: &Table, reservation: &Reservation) -> Vec<i64> {
    let mut taken = Vec::new();
    while let Some(row) =
        table.reserve_with(&Reservation { name: LockName::new(taken.len().to_string()), ..reservation.clone() })
    {
        taken.push(row.id);
    }
    taken
}

#[test]
fn makes_the_table_that_the_generator_makes() {
    let ours = Table::new();
    let theirs = Table::made_by(include_str!("samples/schema_sqlite.sql"));
    for query in [
        "PRAGMA table_info(delayed_jobs)",
        "PRAGMA index_list(delayed_jobs)",
        "PRAGMA index_info(delayed_jobs_priority)",
    ] {
        assert_eq!(shown(&ours.connection, query), shown(&theirs.connection, query), "{query}");
    }
    let again = SqliteTable::create(&ours.connection, "").unwrap_err();
    assert_eq!(again.to_string(), "failed to make the table of Delayed Job");
}

#[test]
fn stores_rows_as_active_record_does() {
    let table = Table::new();
    let data = JobData::new("GreetJob");
    let handler = handler::encode(&data, Limits::default()).unwrap();
    let id = table.insert(NewRow { handler: handler.clone(), queue: Some("mailers".into()), ..table.row() });
    let shown =
        shown(&table.connection, "SELECT run_at, created_at, updated_at, attempts, priority, queue FROM delayed_jobs");
    let now = r#"Text("2026-11-23 19:01:31.246532")"#;
    assert_eq!(shown, [format!(r#"[{now}, {now}, {now}, Integer(0), Integer(0), Text("mailers")]"#)]);
    let row = table.find(id);
    assert_eq!(
        (row.run_at, row.created_at, row.locked_at, row.failed_at),
        (Some(table.now), Some(table.now), None, None)
    );
    assert_eq!(handler::decode(&row.handler, id, Limits::default()).unwrap().job_id, data.job_id);
}

#[test]
fn a_job_exists_exactly_when_the_applications_transaction_does() {
    let mut table = Table::new();
    let row = table.row();
    let transaction = table.connection.transaction().unwrap();
    table.table.insert(&transaction, &row, table.now).unwrap();
    transaction.rollback().unwrap();
    assert_eq!(table.reserve("a"), None);
    let transaction = table.connection.transaction().unwrap();
    let id = table.table.insert(&transaction, &row, table.now).unwrap();
    transaction.commit().unwrap();
    assert_eq!(table.reserve("a").map(|row| row.id), Some(id));
}

#[test]
fn takes_what_is_due_and_free() {
    let table = Table::new();
    let due = table.insert(table.row());
    let future = table.insert(NewRow { run_at: table.now + Duration::from_micros(1), ..table.row() });
    let failed = table.insert(table.row());
    table.set(failed, "failed_at = run_at");
    let locked = table.insert(table.row());
    table.set(locked, "locked_by = 'host:vm pid:1', locked_at = '2026-11-23 15:01:31.246532'");
    let expired = table.insert(table.row());
    table.set(expired, "locked_by = 'host:vm pid:1', locked_at = '2026-11-23 15:01:31.246531'");
    let without_time = table.insert(table.row());
    table.set(without_time, "run_at = NULL");
    assert_eq!(
        ids(&table, &table.reservation("")),
        [due, expired],
        "neither {future}, {failed}, {locked} nor {without_time}"
    );
    let row = table.find(due);
    assert_eq!((row.locked_by.as_deref(), row.locked_at, row.attempts), (Some("0"), Some(table.now), 0));
}

#[test]
fn takes_what_is_locked_under_its_own_name_whenever_that_was() {
    let table = Table::new();
    let own = table.insert(NewRow { run_at: table.now + HOUR, ..table.row() });
    table.set(own, "locked_by = 'host:vm pid:1', locked_at = '2026-11-23 19:00:00'");
    assert_eq!(table.reserve("host:vm pid:2"), None);
    assert_eq!(table.reserve("host:vm pid:1").map(|row| row.id), Some(own), "as upstream does: names must differ");
}

#[test]
fn takes_smaller_priorities_then_earlier_times_first() {
    let table = Table::new();
    let ago = |seconds| table.now - Duration::from_secs(seconds);
    let late = table.insert(table.row());
    let early = table.insert(NewRow { run_at: ago(10), ..table.row() });
    let urgent = table.insert(NewRow { priority: -7, ..table.row() });
    let lazy = table.insert(NewRow { priority: 9, run_at: ago(100), ..table.row() });
    let last = table.insert(table.row());
    assert_eq!(ids(&table, &table.reservation("")), [urgent, early, late, last, lazy]);
}

#[test]
fn keeps_within_priorities_and_queues() {
    let table = Table::new();
    let stored: Vec<i64> = [4, 5, 6].map(|priority| table.insert(NewRow { priority, ..table.row() })).to_vec();
    let unnamed = Reservation { priorities: [Some(5), None], ..table.reservation("") };
    assert_eq!(ids(&table, &unnamed), stored[1..]);
    let table = Table::new();
    for priority in [4, 5, 6] {
        table.insert(NewRow { priority, ..table.row() });
    }
    assert_eq!(ids(&table, &Reservation { priorities: [Some(4), Some(5)], ..table.reservation("") }), [1, 2]);
    let table = Table::new();
    for queue in [None, Some("a"), Some("b"), Some("日本, \"c\"")] {
        table.insert(NewRow { queue: queue.map(str::to_owned), ..table.row() });
    }
    let of = |queues: &[&str]| Reservation {
        queues: Some(queues.iter().map(|queue| (*queue).to_owned()).collect()),
        ..table.reservation("")
    };
    assert_eq!(ids(&table, &of(&[])), [] as [i64; 0], "no queue is not every queue");
    assert_eq!(ids(&table, &of(&["a", "日本, \"c\""])), [2, 4]);
    assert_eq!(ids(&table, &table.reservation("")), [1, 3], "without queues all, the unnamed one included");
}

#[test]
fn leaves_what_is_to_be_skipped() {
    let table = Table::new();
    let broken = table.insert(NewRow { handler: "{bad".to_owned(), ..table.row() });
    let sound = table.insert(table.row());
    let before = table.find(broken);
    let reservation = Reservation { skipped: vec![broken], ..table.reservation("a") };
    assert_eq!(table.reserve_with(&reservation).map(|row| row.id), Some(sound));
    assert_eq!(table.find(broken), before, "neither locked nor changed");
}

#[test]
fn a_run_that_fails_is_tried_again_by_the_formula() {
    let table = Table::new();
    let id = table.insert(table.row());
    let row = table.reserve("a").unwrap();
    let error = ErrorReport { backtrace: vec!["app.rb:1".into()], ..ErrorReport::new("E", "日本語\0エラー") };
    let end = End::of_failure(&Settings::default(), row.attempts, &error, table.now);
    assert!(table.end(&row, "a", &end));
    let row = table.find(id);
    assert_eq!((row.attempts, row.locked_by, row.locked_at, row.failed_at), (1, None, None, None));
    assert_eq!(row.run_at, Some(table.now + Duration::from_secs(6)));
    assert_eq!(row.last_error.as_deref(), Some("日本語\u{2400}エラー\napp.rb:1"));
}

#[test]
fn the_last_failure_removes_or_keeps_the_row() {
    let error = ErrorReport::new("E", "no");
    for (destroy_failed_jobs, is_kept) in [(true, false), (false, true)] {
        let table = Table::new();
        let settings = Settings { max_attempts: 1, destroy_failed_jobs, ..Settings::default() };
        let id = table.insert(table.row());
        let row = table.reserve("a").unwrap();
        assert!(table.end(&row, "a", &End::of_failure(&settings, row.attempts, &error, table.now)));
        let kept = table.table.find(&table.connection, id).unwrap();
        assert_eq!(kept.is_some(), is_kept);
        if let Some(row) = kept {
            assert_eq!((row.attempts, row.failed_at, row.last_error.as_deref()), (1, Some(table.now), Some("no")));
            assert_eq!((row.locked_by, row.locked_at), (None, None), "a row that is given up holds no lock");
            assert_eq!(table.reserve("b"), None);
        }
    }
}

#[test]
fn a_release_leaves_the_row_as_it_was_and_a_postponement_moves_it() {
    let table = Table::new();
    let id = table.insert(table.row());
    let before = table.find(id);
    let row = table.reserve("a").unwrap();
    assert!(table.end(&row, "a", &End::Unlock));
    assert_eq!(table.find(id), before);
    let row = table.reserve("a").unwrap();
    let run_at = table.now + Duration::from_secs(5);
    assert!(table.end(&row, "a", &End::Postpone { run_at }));
    assert_eq!(table.find(id), Row { run_at: Some(run_at), ..before });
    assert_eq!(table.reserve("a"), None);
}

#[test]
fn who_lost_the_lock_changes_nothing() {
    let table = Table::new();
    let id = table.insert(table.row());
    let row = table.reserve("late").unwrap();
    table.set(id, "locked_by = 'host:vm pid:2'");
    let before = table.find(id);
    let last_error = "late".to_owned();
    for end in [
        End::Remove,
        End::Retry { run_at: table.now, last_error: last_error.clone() },
        End::Keep { counts: true, last_error },
        End::Unlock,
        End::Postpone { run_at: table.now },
    ] {
        assert!(!table.end(&row, "late", &end), "{end:?}");
        assert_eq!(table.find(id), before, "{end:?}");
    }
    assert!(!table.table.renew(&table.connection, id, &LockName::new("late"), table.now + HOUR).unwrap());
    assert_eq!(table.find(id), before);
    assert!(table.end(&row, "host:vm pid:2", &End::Remove));
    assert!(!table.end(&row, "host:vm pid:2", &End::Remove), "a run ends once");
}

#[test]
fn a_renewed_lock_outlives_the_longest_run() {
    let mut table = Table::new();
    let id = table.insert(table.row());
    table.reserve("long").unwrap();
    for _ in 0..8 {
        table.now += HOUR;
        assert!(table.table.renew(&table.connection, id, &LockName::new("long"), table.now).unwrap());
        assert_eq!(table.reserve("ruby"), None, "Ruby's workers see a valid lock at all times");
    }
    table.now += HOUR * 4 + Duration::from_micros(1);
    assert_eq!(table.reserve("ruby").map(|row| row.id), Some(id), "a lock that nobody renews counts no longer");
}

#[test]
fn clears_the_locks_of_one_name_and_all_rows_when_asked() {
    let table = Table::new();
    let (first, second) = (table.insert(table.row()), table.insert(table.row()));
    table.reserve("a").unwrap();
    table.reserve("b").unwrap();
    assert_eq!(table.table.clear_locks(&table.connection, &LockName::new("a")).unwrap(), 1);
    assert_eq!((table.find(first).locked_by, table.find(second).locked_by.as_deref()), (None, Some("b")));
    assert_eq!(table.table.clear(&table.connection).unwrap(), 2, "running jobs too");
    assert_eq!(table.reserve("a"), None);
}

#[test]
fn counts_jobs_that_are_older() {
    let table = Table::new();
    table.insert(table.row());
    table.insert(NewRow { run_at: table.now + HOUR, ..table.row() });
    let failed = table.insert(table.row());
    table.set(failed, "attempts = 1");
    let n_older = |before| table.table.n_older(&table.connection, before).unwrap();
    assert_eq!((n_older(table.now), n_older(table.now + Duration::from_micros(1))), (0, 2));
}

#[test]
fn works_on_tables_of_other_versions() {
    let sql = include_str!("samples/schema_sqlite.sql");
    let old = Table::made_by(&sql.replace(r#""queue" varchar, "#, ""));
    let id = old.insert(old.row());
    let row = old.reserve("a").unwrap();
    assert_eq!((row.id, row.queue), (id, None));
    let named = NewRow { queue: Some("mailers".to_owned()), ..old.row() };
    let error = old.table.insert(&old.connection, &named, old.now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("no column `queue`"), "{error}");
    let by_queue = Reservation { queues: Some(vec!["mailers".to_owned()]), ..old.reservation("b") };
    assert_eq!(old.table.reserve(&old.connection, &by_queue).unwrap_err().kind(), ErrorKind::Refused);
    let whole_seconds = Table::made_by(sql);
    let id = whole_seconds.insert(whole_seconds.row());
    whole_seconds.set(id, "run_at = '2026-11-23 19:01:31'");
    let row = whole_seconds.reserve("a").unwrap();
    assert_eq!(row.run_at, Some("2026-11-23T19:01:31Z".parse().unwrap()));
}

#[test]
fn goes_by_the_applications_prefix() {
    let connection = Connection::open_in_memory().unwrap();
    let error = SqliteTable::open(&connection, "acme_").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("`acme_delayed_jobs`"), "{error}");
    SqliteTable::create(&connection, "acme_").unwrap();
    let table = SqliteTable::open(&connection, "acme_").unwrap();
    assert_eq!(table.clear(&connection).unwrap(), 0);
}

/// Rows of a query as text.
fn shown(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection.prepare(query).unwrap();
    let n_columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values: Result<Vec<rusqlite::types::Value>, _> = (0..n_columns).map(|column| row.get(column)).collect();
        Ok(format!("{:?}", values?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}
