//! What people read of the bench. Programs get the names as the bench gives them.

use crate::language::{Language, TextValue};

/// The names of rows, of limits and of units, with `#` for each number, and the messages that say them. What is missing here
/// is shown as it is.
const MESSAGES: [(&str, &str); 32] = [
    ("enqueue, # producer, one job a call", "bench-enqueue"),
    ("enqueue, # producers, one job a call", "bench-enqueue"),
    ("enqueue in bulk of #", "bench-enqueue-bulk"),
    ("drain, # service, default settings, history kept", "bench-drain"),
    ("drain, # services in # processes", "bench-drain-processes"),
    ("resident memory after the drain", "bench-drain-memory"),
    ("share of the service in this process", "bench-drain-share"),
    ("pickup, same process, from the call to the job's first line", "bench-pickup-here"),
    ("pickup, another process", "bench-pickup-there"),
    ("backlog of #: drain, # service in another process", "bench-backlog"),
    ("backlog: spawn to the first finished jobs", "bench-backlog-first"),
    ("backlog: peak memory of the service", "bench-backlog-memory"),
    ("idle service, resident memory", "bench-idle-memory"),
    ("idle service, memory without program files", "bench-idle-own-memory"),
    ("idle service, processor", "bench-idle-processor"),
    ("idle service, context switches", "bench-idle-switches"),
    ("cold start, spawn to the job's first line", "bench-cold-start"),
    ("inserts, # row a commit", "bench-limit-inserts"),
    ("inserts, # rows a commit", "bench-limit-inserts"),
    ("claim and finish, # row a commit", "bench-limit-cycle"),
    ("claim and finish, # rows a commit", "bench-limit-cycle"),
    ("one insert and its commit", "bench-limit-insert"),
    ("a queue of #", "bench-limit-queue"),
    ("an empty process", "bench-limit-process"),
    ("jobs/s", "bench-unit-rate"),
    ("ms", "bench-unit-milliseconds"),
    ("MB", "bench-unit-megabytes"),
    ("%", "bench-unit-percent"),
    ("% of a core", "bench-unit-core"),
    ("#/s", "bench-unit-times"),
    ("full", "bench-durability-full"),
    ("normal", "bench-durability-normal"),
];

/// The words of a row for people.
pub(super) fn said(language: Language, name: &str) -> String {
    let (pattern, numbers) = pattern(name);
    let Some((_, message)) = MESSAGES.iter().find(|(known, _)| *known == pattern) else { return name.to_owned() };
    let arguments: Vec<(&str, TextValue)> =
        ["n", "m"].into_iter().zip(numbers).map(|(argument, number)| (argument, number.into())).collect();
    language.text_with(message, &arguments)
}

/// The name with `#` for each of its numbers, and the numbers.
fn pattern(name: &str) -> (String, Vec<u64>) {
    let (mut pattern, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
        pattern.push_str(before);
        match from[..end].parse() {
            Ok(number) => {
                pattern.push('#');
                numbers.push(number);
            }
            Err(_) => pattern.push_str(&from[..end]),
        }
        rest = &from[end..];
    }
    pattern.push_str(rest);
    (pattern, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_words_are_translated() {
        let name = "drain, 2 services in 2 processes";
        assert_eq!(pattern(name), ("drain, # services in # processes".to_owned(), vec![2, 2]));
        assert_eq!(said(Language::English, name), name);
        assert_eq!(said(Language::Japanese, "enqueue in bulk of 1000"), "一括追加 1,000 件ずつ");
        assert_eq!(said(Language::Japanese, "something new"), "something new");
    }
}
