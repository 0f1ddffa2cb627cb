//! A harness of our own: for a test program that must also be able to act as a guard and as a service, and for one that
//! learns only when it runs whether it can. The usual one allows neither. It speaks as much of the usual one's command line as `cargo test` and `cargo nextest` use.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// A test and its name.
pub(crate) type Case = (&'static str, fn());

/// Runs the tests that the command line selects, one after the other. Where something is lacking that they need, all are
/// ignored unless ignored ones are asked for.
pub(crate) fn run(cases: &[Case], lacking: Option<&str>, arguments: &[String]) -> ExitCode {
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let wants_ignored = has("--ignored") || has("--include-ignored");
    if has("--list") {
        let listed = if has("--ignored") && lacking.is_none() { &[] } else { cases };
        listed.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let filters: Vec<&String> = filters(arguments);
    let is_meant = |name: &str| {
        filters.is_empty()
            || filters.iter().any(|filter| if has("--exact") { name == *filter } else { name.contains(*filter) })
    };
    if let Some(lacking) = lacking.filter(|_| !wants_ignored) {
        cases
            .iter()
            .filter(|(name, _)| is_meant(name))
            .for_each(|(name, _)| println!("test {name} ... ignored, {lacking}"));
        return ExitCode::SUCCESS;
    }
    let mut failed = Vec::new();
    let mut n_passed = 0;
    for (name, case) in cases.iter().filter(|(name, _)| is_meant(name)) {
        match catch_unwind(AssertUnwindSafe(case)) {
            Ok(()) => n_passed += 1,
            Err(_) => failed.push(*name),
        }
        println!("test {name} ... {}", if failed.last() == Some(name) { "FAILED" } else { "ok" });
    }
    println!("\ntest result: {n_passed} passed; {} failed {failed:?}", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The words that are no options and no values of options.
fn filters(arguments: &[String]) -> Vec<&String> {
    const WITH_VALUE: [&str; 4] = ["--format", "--test-threads", "--skip", "--color"];
    let mut filters = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if WITH_VALUE.contains(&argument.as_str()) {
            arguments.next();
        } else if !argument.starts_with('-') {
            filters.push(argument);
        }
    }
    filters
}
