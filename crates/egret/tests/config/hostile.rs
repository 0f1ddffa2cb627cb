//! Files that are there to do harm, or that cannot be read.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use crate::application::Application;

/// Nine levels of nine aliases each: 9^9 nodes when expanded.
fn bomb() -> String {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text
}

#[test]
fn bombs_of_aliases_are_refused() {
    let error = Application::with(&bomb()).error();
    assert!(error.contains("failed to read as YAML"), "{error}");
}

#[test]
fn absurd_depth_is_refused() {
    for text in ["[".repeat(20_000), "{a: ".repeat(20_000), deep_block(5_000)] {
        let error = Application::with(&text).error();
        assert!(error.contains("failed to read as YAML"), "{error}");
    }
}

#[test]
fn depth_by_aliases_is_refused() {
    let (open, close) = ("[".repeat(20), "]".repeat(20));
    let mut text = format!("a0: &a0 {open}{close}\n");
    for level in 1..500 {
        text.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
    }
    let error = Application::with(&text).error();
    assert!(error.contains("failed to read as YAML"), "{error}");
}

/// Nesting by indentation, just under the limit of the file's size.
fn deep_block(depth: usize) -> String {
    (0..depth).map(|level| format!("{}a:\n", " ".repeat(level.min(150)))).collect()
}

#[test]
fn several_documents_are_refused() {
    let error = Application::with("head_logs: 1\n---\nhead_logs: 2\n").error();
    assert!(error.contains("several documents"), "{error}");
}

#[test]
fn a_huge_file_is_refused() {
    let error = Application::with(&"# nothing\n".repeat(200_000)).error();
    assert!(error.contains("ROOT/config/job.yml: failed to read the file: it is larger than"), "{error}");
}

#[test]
fn a_folder_in_place_of_the_file_is_an_error_and_not_an_absence() {
    let error = Application::new().file("config/job.yml/x", "").error();
    assert!(error.contains("it is not a regular file"), "{error}");
}

#[test]
fn content_that_is_no_mapping_is_an_error() {
    for text in ["5", "[default]", "hello"] {
        let error = Application::with(text).error();
        assert!(error.contains("expected keys with values"), "{error}");
    }
    let error = Application::with("production: 5").error();
    assert!(error.contains("invalid value `5` for the environment `production`"), "{error}");
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    let application = Application::with("");
    fs::write(application.path("config/job.yml"), [0xff, 0xfe, 0x00]).unwrap();
    assert!(application.error().contains("failed to read the file"));
}

#[test]
fn a_file_that_may_not_be_read_is_an_error_and_not_an_absence() {
    if rustix::process::geteuid().is_root() {
        // Root may read everything; `make test` therefore runs the tests as somebody else.
        return;
    }
    let application = Application::with("head_logs: 1");
    fs::set_permissions(application.path("config/job.yml"), fs::Permissions::from_mode(0o000)).unwrap();
    assert!(application.error().contains("failed to read the file"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[\\PC\\n]{0,200}") {
        let _ = Application::with(&text).try_load();
    }

    #[test]
    fn no_value_of_any_key_makes_it_panic(key in "(default\\.)?(mode|linger|concurrency|polling|max_memory|keep_logs|pool|exec|url)", value in "\\PC{0,20}") {
        let text = match key.strip_prefix("default.") {
            Some(key) => format!("default:\n  {key}: {value}\n"),
            None => format!("{key}: {value}\n"),
        };
        let _ = Application::with(&text).try_load();
    }
}
