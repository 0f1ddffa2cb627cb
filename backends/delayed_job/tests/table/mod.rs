//! What holds for the table on every database.

use std::time::Duration;

use egret_core::{ErrorKind, ErrorReport, Timestamp};
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row, Settings};

use crate::databases::Database;

const HOUR: Duration = Duration::from_secs(3600);

/// An empty table, and a clock that stands.
pub(crate) struct Table {
    pub(crate) database: Box<dyn Database>,
    pub(crate) now: Timestamp,
}

impl Table {
    pub(crate) fn new(database: impl Database + 'static) -> Self {
        Self { database: Box::new(database), now: "2026-11-23T19:01:31.246532Z".parse().unwrap() }
    }

    pub(crate) fn row(&self) -> NewRow {
        NewRow { priority: 0, handler: "--- !ruby/object:EmptyJob {}\n".to_owned(), run_at: self.now, queue: None }
    }

    pub(crate) fn insert(&self, row: NewRow) -> i64 {
        self.database.insert(&row, self.now).unwrap()
    }

    pub(crate) fn reservation(&self, name: &str) -> Reservation {
        Reservation::new(LockName::new(name), self.now, &Settings::default())
    }

    pub(crate) fn reserve(&self, name: &str) -> Option<Row> {
        self.reserve_with(&self.reservation(name))
    }

    pub(crate) fn reserve_with(&self, reservation: &Reservation) -> Option<Row> {
        self.database.reserve(reservation).unwrap()
    }

    pub(crate) fn end(&self, row: &Row, name: &str, end: &End) -> bool {
        self.database.end(row.id, &LockName::new(name), end, self.now).unwrap()
    }

    pub(crate) fn find(&self, id: i64) -> Row {
        self.database.find(id).unwrap().expect("the row is there")
    }

    pub(crate) fn set(&self, id: i64, assignment: &str) {
        self.database.set(id, assignment);
    }
}

/// Expands to a test for each case, on tables that a function without parameters makes.
macro_rules! table_cases {
    ($make:expr) => {
        $crate::table::table_cases! { $make,
            takes_what_is_due_and_free
            takes_what_is_locked_under_its_own_name_whenever_that_was
            takes_smaller_priorities_then_earlier_times_first
            keeps_within_priorities_and_queues
            leaves_what_is_to_be_skipped
            a_run_that_fails_is_tried_again_by_the_formula
            the_last_failure_removes_or_keeps_the_row
            a_release_leaves_the_row_as_it_was_and_a_postponement_moves_it
            who_lost_the_lock_changes_nothing
            a_renewed_lock_outlives_the_longest_run
            clears_the_locks_of_one_name_and_all_rows_when_asked
            counts_jobs_that_are_older
        }
    };
    ($make:expr, $($case:ident)*) => {
        mod cases {
            $(
                #[test]
                fn $case() {
                    $crate::table::$case($make);
                }
            )*
        }
    };
}
pub(crate) use table_cases;

fn ids(table: &Table, reservation: &Reservation) -> Vec<i64> {
    let mut taken = Vec::new();
    while let Some(row) =
        table.reserve_with(&Reservation { name: LockName::new(taken.len().to_string()), ..reservation.clone() })
    {
        taken.push(row.id);
    }
    taken
}

pub(crate) fn takes_what_is_due_and_free(make: fn() -> Table) {
    let table = make();
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

pub(crate) fn takes_what_is_locked_under_its_own_name_whenever_that_was(make: fn() -> Table) {
    let table = make();
    let own = table.insert(NewRow { run_at: table.now + HOUR, ..table.row() });
    table.set(own, "locked_by = 'host:vm pid:1', locked_at = '2026-11-23 19:00:00'");
    assert_eq!(table.reserve("host:vm pid:2"), None);
    assert_eq!(table.reserve("host:vm pid:1").map(|row| row.id), Some(own), "as upstream does: names must differ");
}

pub(crate) fn takes_smaller_priorities_then_earlier_times_first(make: fn() -> Table) {
    let table = make();
    let ago = |seconds| table.now - Duration::from_secs(seconds);
    let late = table.insert(table.row());
    let early = table.insert(NewRow { run_at: ago(10), ..table.row() });
    let urgent = table.insert(NewRow { priority: -7, ..table.row() });
    let lazy = table.insert(NewRow { priority: 9, run_at: ago(100), ..table.row() });
    let last = table.insert(table.row());
    assert_eq!(ids(&table, &table.reservation("")), [urgent, early, late, last, lazy]);
}

pub(crate) fn keeps_within_priorities_and_queues(make: fn() -> Table) {
    let table = make();
    let stored: Vec<i64> = [4, 5, 6].map(|priority| table.insert(NewRow { priority, ..table.row() })).to_vec();
    let unnamed = Reservation { priorities: [Some(5), None], ..table.reservation("") };
    assert_eq!(ids(&table, &unnamed), stored[1..]);
    let table = make();
    for priority in [4, 5, 6] {
        table.insert(NewRow { priority, ..table.row() });
    }
    assert_eq!(ids(&table, &Reservation { priorities: [Some(4), Some(5)], ..table.reservation("") }), [1, 2]);
    let table = make();
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

pub(crate) fn leaves_what_is_to_be_skipped(make: fn() -> Table) {
    let table = make();
    let broken = table.insert(NewRow { handler: "{bad".to_owned(), ..table.row() });
    let sound = table.insert(table.row());
    let before = table.find(broken);
    let reservation = Reservation { skipped: vec![broken], ..table.reservation("a") };
    assert_eq!(table.reserve_with(&reservation).map(|row| row.id), Some(sound));
    assert_eq!(table.find(broken), before, "neither locked nor changed");
}

pub(crate) fn a_run_that_fails_is_tried_again_by_the_formula(make: fn() -> Table) {
    let table = make();
    let id = table.insert(table.row());
    let row = table.reserve("a").unwrap();
    let error = ErrorReport { backtrace: vec!["app.rb:1".into()], ..ErrorReport::new("E", "日本語\0エラー") };
    let end = End::of_failure(Settings::default().rules_of("A"), row.attempts, &error, table.now);
    assert!(table.end(&row, "a", &end));
    let row = table.find(id);
    assert_eq!((row.attempts, row.locked_by, row.locked_at, row.failed_at), (1, None, None, None));
    assert_eq!(row.run_at, Some(table.now + Duration::from_secs(6)));
    assert_eq!(row.last_error.as_deref(), Some("日本語\u{2400}エラー\napp.rb:1"));
}

pub(crate) fn the_last_failure_removes_or_keeps_the_row(make: fn() -> Table) {
    let error = ErrorReport::new("E", "no");
    for (destroy_failed_jobs, is_kept) in [(true, false), (false, true)] {
        let table = make();
        let settings = Settings { max_attempts: 1, destroy_failed_jobs, ..Settings::default() };
        let id = table.insert(table.row());
        let row = table.reserve("a").unwrap();
        assert!(table.end(&row, "a", &End::of_failure(settings.rules_of("A"), row.attempts, &error, table.now)));
        let kept = table.database.find(id).unwrap();
        assert_eq!(kept.is_some(), is_kept);
        if let Some(row) = kept {
            assert_eq!((row.attempts, row.failed_at, row.last_error.as_deref()), (1, Some(table.now), Some("no")));
            assert_eq!((row.locked_by, row.locked_at), (None, None), "a row that is given up holds no lock");
            assert_eq!(table.reserve("b"), None);
        }
    }
}

pub(crate) fn a_release_leaves_the_row_as_it_was_and_a_postponement_moves_it(make: fn() -> Table) {
    let table = make();
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

pub(crate) fn who_lost_the_lock_changes_nothing(make: fn() -> Table) {
    let table = make();
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
    assert!(!table.database.renew(id, &LockName::new("late"), table.now + HOUR).unwrap());
    assert_eq!(table.find(id), before);
    assert!(table.end(&row, "host:vm pid:2", &End::Remove));
    assert!(!table.end(&row, "host:vm pid:2", &End::Remove), "a run ends once");
}

pub(crate) fn a_renewed_lock_outlives_the_longest_run(make: fn() -> Table) {
    let mut table = make();
    let id = table.insert(table.row());
    table.reserve("long").unwrap();
    for _ in 0..8 {
        table.now += HOUR;
        assert!(table.database.renew(id, &LockName::new("long"), table.now).unwrap());
        assert_eq!(table.reserve("ruby"), None, "Ruby's workers see a valid lock at all times");
    }
    table.now += HOUR * 4 + Duration::from_micros(1);
    assert_eq!(table.reserve("ruby").map(|row| row.id), Some(id), "a lock that nobody renews counts no longer");
}

pub(crate) fn clears_the_locks_of_one_name_and_all_rows_when_asked(make: fn() -> Table) {
    let table = make();
    let (first, second) = (table.insert(table.row()), table.insert(table.row()));
    table.reserve("a").unwrap();
    table.reserve("b").unwrap();
    assert_eq!(table.database.clear_locks(&LockName::new("a")).unwrap(), 1);
    assert_eq!((table.find(first).locked_by, table.find(second).locked_by.as_deref()), (None, Some("b")));
    assert_eq!(table.database.clear().unwrap(), 2, "running jobs too");
    assert_eq!(table.reserve("a"), None);
}

pub(crate) fn counts_jobs_that_are_older(make: fn() -> Table) {
    let table = make();
    table.insert(table.row());
    table.insert(NewRow { run_at: table.now + HOUR, ..table.row() });
    let failed = table.insert(table.row());
    table.set(failed, "attempts = 1");
    let n_older = |before| table.database.n_older(before).unwrap();
    assert_eq!((n_older(table.now), n_older(table.now + Duration::from_micros(1))), (0, 2));
}

/// On a table that Delayed Job 2 has made.
pub(crate) fn works_without_queues(table: Table) {
    let id = table.insert(table.row());
    let row = table.reserve("a").unwrap();
    assert_eq!((row.id, row.queue), (id, None));
    let named = NewRow { queue: Some("mailers".to_owned()), ..table.row() };
    let error = table.database.insert(&named, table.now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("no column `queue`"), "{error}");
    let by_queue = Reservation { queues: Some(vec!["mailers".to_owned()]), ..table.reservation("b") };
    assert_eq!(table.database.reserve(&by_queue).unwrap_err().kind(), ErrorKind::Refused);
}
