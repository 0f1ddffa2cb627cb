//! What Ruby wrote, read and written back: equal to the byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use egret_delayed_job::yaml::{Limits, read, write};

#[test]
fn writes_every_handler_back_as_ruby_wrote_it() {
    let mut n_handlers = 0;
    for path in handlers() {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = read(&text, Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(write(&tree), text, "{}", path.display());
        n_handlers += 1;
    }
    assert_eq!(n_handlers, 38, "the samples have been found");
}

#[test]
fn reads_again_what_it_wrote_to_the_same_tree() {
    for path in handlers() {
        let tree = read(&std::fs::read_to_string(&path).unwrap(), Limits::default()).unwrap();
        assert_eq!(read(&write(&tree), Limits::default()).unwrap(), tree, "{}", path.display());
    }
}

fn handlers() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/handlers");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    paths.sort();
    paths
}
