//! A database for each folder of the crash suite, in which the suite's processes find its URL.

use std::path::Path;

use super::Database;

/// The URL of the database that the first who asks has made.
pub(crate) fn url(folder: &Path, make: fn() -> Database) -> String {
    let file = folder.join("url");
    if let Ok(url) = std::fs::read_to_string(&file) {
        return url;
    }
    let database = make();
    let url = database.url().to_owned();
    // It goes with the server of the tests.
    std::mem::forget(database);
    std::fs::write(&file, &url).expect("the folder takes a file");
    url
}
