//! Rules that hold for the whole repository, and that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that hold what tools made. In a second work tree of a repository `.git` is a file.
const MADE: [&str; 5] = ["target", ".git", ".tools", "var", "node_modules"];

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}

/// All files of the repository, relative to its root.
fn files() -> Vec<PathBuf> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let entry = entry.expect("the folder can be listed");
            let kind = entry.file_type().expect("a file has a kind");
            if MADE.iter().any(|made| entry.file_name() == *made) {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path().strip_prefix(&root).expect("it is below the root").to_owned());
            }
        }
    }
    assert!(files.len() > 20, "the walk begins at the root: {}", root.display());
    files.sort();
    files
}

fn with_extension(extension: &str) -> Vec<PathBuf> {
    files().into_iter().filter(|file| file.extension().is_some_and(|found| found == extension)).collect()
}

/// The text of a file; `None` for what is no text.
fn text(file: &Path) -> Option<String> {
    fs::read_to_string(root().join(file)).ok()
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let silent: Vec<PathBuf> = with_extension("rs")
        .into_iter()
        .filter(|file| !text(file).is_some_and(|text| text.starts_with("//! ")))
        .collect();
    assert!(silent.is_empty(), "these do not start with `//! `: {silent:#?}");
}

#[test]
fn no_file_depends_on_the_place_where_it_was_written() {
    // In two parts each, so that this file does not find itself.
    let words = [
        ["index.", "crates.io"],
        ["static.", "crates.io"],
        ["registry.", "npmjs"],
        ["pypi.", "org"],
        ["deb.", "debian.org"],
        [" /wo", "rk/"],
        ["`/wo", "rk/"],
        ["\"/wo", "rk/"],
        ["=/wo", "rk/"],
    ]
    .map(|parts| parts.concat());
    let mut found = Vec::new();
    for file in files() {
        for (number, line) in text(&file).unwrap_or_default().lines().enumerate() {
            let line = format!(" {line}");
            if words.iter().any(|word| line.contains(word.as_str())) {
                found.push(format!("{}:{}", file.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "a package registry's host or a path of one machine: {found:#?}");
}

#[test]
fn every_decision_says_problem_decision_consequences_and_alternatives() {
    let records: Vec<PathBuf> =
        with_extension("md").into_iter().filter(|file| file.starts_with("docs/decisions")).collect();
    assert!(!records.is_empty(), "decisions are recorded in docs/decisions");
    let mut numbers = BTreeSet::new();
    for record in records {
        let name = record.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let (number, _) = name.split_once('-').unwrap_or_else(|| panic!("{name} is no NNNN-title"));
        assert!(number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit()), "{name} is no NNNN-title");
        assert!(numbers.insert(number.to_owned()), "{number} is taken twice");

        let text = text(&record).expect("it is a text");
        let title = text.lines().next().unwrap_or_default();
        assert!(title.starts_with("# ") && title.contains(number.trim_start_matches('0')), "{name}: `{title}`");
        for heading in ["Problem", "Decision", "Consequences", "Alternatives"] {
            assert!(text.lines().any(|line| line == format!("## {heading}")), "{name} has no `## {heading}`");
        }
    }
}

#[test]
fn every_crate_takes_version_and_lints_from_the_workspace() {
    let manifests = files().into_iter().filter(|file| file.ends_with("Cargo.toml") && file.components().count() == 3);
    let mut seen = 0;
    for manifest in manifests {
        let text = text(&manifest).expect("it is a text");
        if text.contains("\n[workspace]\n") {
            continue;
        }
        assert!(text.contains("\nversion.workspace = true\n"), "{}", manifest.display());
        assert!(text.contains("\n[lints]\nworkspace = true\n"), "{}", manifest.display());
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} crates were found");
}

#[test]
fn make_help_lists_each_target() {
    let makefile = text(Path::new("Makefile")).expect("there is a Makefile");
    let targets: Vec<&str> = makefile.lines().filter_map(|line| line.strip_prefix(".PHONY: ")).collect();
    assert!(targets.contains(&"test"));
    for target in targets {
        let begin = format!("{target}:");
        let documented = makefile.lines().any(|line| line.starts_with(&begin) && line.contains(" ## "));
        assert!(documented, "`{target}` has no `## text` for `make help`");
    }
}

#[test]
fn every_script_can_be_run_and_is_valid() {
    let scripts = files().into_iter().filter(|file| file.starts_with("scripts") || file.starts_with(".ci"));
    let mut seen = 0;
    for script in scripts {
        let path = root().join(&script);
        let checked = Command::new("bash").arg("-n").arg(&path).output().expect("bash runs");
        assert!(checked.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&checked.stderr));
        rustix::fs::access(&path, rustix::fs::Access::EXEC_OK)
            .unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        seen += 1;
    }
    assert!(seen >= 4, "only {seen} scripts were found");
}

/// `scripts/test` names the user that it prepared. Tests of permissions rely on it.
#[test]
fn tests_do_not_run_as_root_where_a_user_was_prepared() {
    if std::env::var_os("EGRET_TEST_USER").is_some() {
        assert!(!rustix::process::geteuid().is_root());
        assert!(fs::write(root().join("written-by-a-test"), "").is_err(), "the sources cannot be changed by a test");
    }
}
