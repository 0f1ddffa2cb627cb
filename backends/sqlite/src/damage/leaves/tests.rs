//! Real files, whole and mutilated.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rusqlite::Connection;

use super::free_list::FreeList;
use super::image::Image;
use super::page::Page;
use super::recover;
use crate::migrate::create_tables;

const PAGE: usize = 4096;
const JOBS: i64 = 400;

/// A database with jobs of which some overflow their page, closed.
fn database(folder: &Path, pragma: &str) -> PathBuf {
    let path = folder.join("damaged.db");
    let mut connection = Connection::open(&path).unwrap();
    connection.execute_batch(pragma).unwrap();
    create_tables(&mut connection).unwrap();
    let transaction = connection.transaction().unwrap();
    for number in 1..=JOBS {
        let payload = format!("{number} 仕事 {}", "p".repeat(if number % 50 == 0 { 9_000 } else { 200 }));
        transaction
            .execute(
                "INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, job_id, payload)
                 VALUES (?1, 1, 2, -5, 0, ?1, ?1, 0, ?2, ?3)",
                (number, format!("job-{number}"), payload),
            )
            .unwrap();
    }
    transaction.commit().unwrap();
    path
}

fn empty() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    create_tables(&mut connection).unwrap();
    connection
}

/// Jobs in both whose rows are the same in every column.
fn jobs(connection: &Connection) -> Vec<(i64, i64, String, String)> {
    let mut statement = connection.prepare("SELECT id, priority, job_id, payload FROM egret_jobs ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The page where the rows of the table begin.
fn root_of(path: &Path, table: &str) -> usize {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(sql, [table], |row| row.get::<_, u32>(0)).unwrap() as usize
}

fn overwrite(path: &Path, page: usize, page_bytes: usize, filling: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[(page - 1) * page_bytes..page * page_bytes].fill(filling);
    fs::write(path, bytes).unwrap();
}

#[test]
fn every_row_below_a_destroyed_root_is_found_whatever_the_form_of_the_file() {
    for (pragma, page_bytes) in [
        ("", PAGE),
        ("PRAGMA page_size = 512", 512),
        ("PRAGMA page_size = 65536", 65_536),
        ("PRAGMA encoding = 'UTF-16le'", PAGE),
        ("PRAGMA encoding = 'UTF-16be'", PAGE),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path(), pragma);
        let expected = jobs(&Connection::open(&path).unwrap());
        overwrite(&path, root_of(&path, "egret_jobs"), page_bytes, 0xa5);
        let target = empty();
        let evidence = recover(&path, &target, &[]).unwrap();
        assert_eq!(jobs(&target), expected, "{pragma}");
        assert_eq!(evidence.jobs.unwrap(), (1..=JOBS).collect::<Vec<_>>(), "{pragma}: the index lists all");
        assert!(evidence.doubtful_jobs.is_empty());
    }
}

#[test]
fn rows_that_are_older_than_a_column_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(include_str!("../../../migrations/0001_initial.sql")).unwrap();
    for number in 1..=JOBS {
        let job =
            "INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, job_id, payload)
            VALUES (?1, 1, 2, -5, 0, ?1, ?1, 0, ?2, ?3)";
        connection.execute(job, (number, format!("job-{number}"), "p".repeat(200))).unwrap();
    }
    connection.execute_batch(include_str!("../../../migrations/0005_owners.sql")).unwrap();
    let expected = jobs(&connection);
    drop(connection);
    overwrite(&path, root_of(&path, "egret_jobs"), PAGE, 0xa5);
    let target = empty();
    recover(&path, &target, &[]).unwrap();
    assert_eq!(jobs(&target), expected);
}

#[test]
fn rows_of_a_file_without_a_header_are_found_and_doubted() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "");
    overwrite(&path, 1, PAGE, 0);
    let target = empty();
    let evidence = recover(&path, &target, &[]).unwrap();
    assert_eq!(jobs(&target).len(), usize::try_from(JOBS).unwrap());
    assert_eq!(evidence.doubtful_jobs.len(), usize::try_from(JOBS).unwrap());
    assert_eq!(evidence.jobs, None);
}

#[test]
fn rows_that_were_deleted_are_not_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), "PRAGMA secure_delete = OFF");
    Connection::open(&path).unwrap().execute_batch("DELETE FROM egret_jobs WHERE id BETWEEN 20 AND 380").unwrap();
    let kept = jobs(&Connection::open(&path).unwrap());
    let image = Image::open(&path).unwrap();
    let free = FreeList::read(&image);
    let holds_rows =
        |page: &u32| free.pages.contains(*page) && Page::read(&image, *page).is_some_and(|page| !page.cells.is_empty());
    assert!(free.is_whole && (1..=image.n_pages).any(|page| holds_rows(&page)), "free pages still hold rows");
    overwrite(&path, root_of(&path, "egret_jobs"), PAGE, 0xa5);
    let target = empty();
    recover(&path, &target, &[]).unwrap();
    assert_eq!(jobs(&target), kept);

    // The same without the list of free pages, and without the index.
    let mut bytes = fs::read(&path).unwrap();
    bytes[32..40].fill(0x77);
    fs::write(&path, &bytes).unwrap();
    let target = empty();
    recover(&path, &target, &[]).unwrap();
    assert_eq!(jobs(&target), kept, "the index tells them apart");
    overwrite(&path, root_of(&path, "egret_jobs_by_job_id"), PAGE, 0xa5);
    let target = empty();
    let evidence = recover(&path, &target, &[]).unwrap();
    let found = jobs(&target);
    assert!(kept.iter().all(|job| found.contains(job)));
    assert!(found.iter().all(|job| evidence.doubtful_jobs.contains(&job.0)), "all of them are doubted");
}

/// A mutilation: some bytes at a place are filled, changed, or copied from elsewhere.
#[derive(Clone, Debug)]
enum Harm {
    Fill(usize, usize, u8),
    Set(usize, u8),
    Copy(usize, usize, usize),
    Cut(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    // The beginnings of pages, where headers and lists of cells are, are met more often.
    let place = || prop_oneof![any::<usize>(), (0..4_000_usize, 0..24_usize).prop_map(|(page, at)| page * PAGE + at)];
    prop_oneof![
        (place(), 1..2 * PAGE, any::<u8>()).prop_map(|(at, length, byte)| Harm::Fill(at, length, byte)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Harm::Set(at, byte)),
        (place(), place(), 1..PAGE).prop_map(|(from, to, length)| Harm::Copy(from, to, length)),
        place().prop_map(Harm::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, harm: &Harm) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    match *harm {
        Harm::Fill(at, n, byte) => {
            let at = at % length;
            bytes[at..length.min(at + n)].fill(byte);
        }
        Harm::Set(at, byte) => bytes[at % length] = byte,
        Harm::Copy(from, to, n) => {
            let (from, to) = (from % length, to % length);
            let n = n.min(length - from).min(length - to);
            bytes.copy_within(from..from + n, to);
        }
        Harm::Cut(at) => bytes.truncate(at % length),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// It ends, panics never, and finds no job that was not there.
    #[test]
    fn a_mutilated_file_yields_rows_or_nothing(harms in proptest::collection::vec(harm(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.db");
        let mut bytes = whole().clone();
        harms.iter().for_each(|harm| apply(&mut bytes, harm));
        fs::write(&path, bytes).unwrap();
        let target = empty();
        let evidence = recover(&path, &target, &[]).unwrap();
        prop_assert!(jobs(&target).len() <= evidence.n_rows);
    }
}

/// The bytes of a whole file.
fn whole() -> &'static Vec<u8> {
    static WHOLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    WHOLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        fs::read(database(folder.path(), "PRAGMA secure_delete = OFF")).unwrap()
    })
}
