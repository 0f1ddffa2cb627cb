//! Queues and the order in which they are emptied.

mod draw;
mod globs;
mod pattern;

pub use globs::{NoQueue, QueueGlobs};

use self::globs::EXCLUSION;
use self::pattern::Pattern;

/// Queues and the order in which they are emptied. Except among [`Globs`](Self::Globs), a name may end in `*` and then stands
/// for every queue that begins with what is before it, in alphabetical order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueueOrder {
    /// An earlier queue is emptied before a later one is looked at.
    Strict(Vec<String>),
    /// Queues are drawn at random by weight for each claim (Sidekiq's `queues` with weights).
    Weighted(Vec<(String, u32)>),
    /// As strict, by richer patterns and with exclusions (Resque's `QUEUES`).
    Globs(QueueGlobs),
}

impl QueueOrder {
    /// The strict order of entries: by globs where one of them is an exclusion or more of a pattern than a name that ends
    /// in `*`.
    ///
    /// # Errors
    /// When nothing is left beside exclusions.
    pub fn of_entries(entries: &[String]) -> Result<Self, NoQueue> {
        let is_glob = |entry: &String| {
            entry.starts_with(EXCLUSION) || entry.strip_suffix('*').unwrap_or(entry).contains(['*', '?', '['])
        };
        match entries.iter().any(is_glob) {
            true => Ok(Self::Globs(QueueGlobs::new(entries)?)),
            false => Ok(Self::Strict(entries.to_vec())),
        }
    }

    /// The names and patterns in the order given, exclusions included.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (listed, weighted): (&[String], &[(String, u32)]) = match self {
            Self::Strict(names) => (names, &[]),
            Self::Weighted(names) => (&[], names),
            Self::Globs(globs) => (globs.given(), &[]),
        };
        listed.iter().map(String::as_str).chain(weighted.iter().map(|(name, _)| name.as_str()))
    }

    /// Whether a queue is among them.
    pub fn covers(&self, queue: &str) -> bool {
        match self {
            Self::Globs(globs) => globs.covers(queue),
            _ => self.names().any(|pattern| queue_matches(pattern, queue)),
        }
    }
}

/// Whether a queue is meant by a name or a pattern that ends in `*`.
pub fn queue_matches(pattern: &str, queue: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => queue.starts_with(prefix),
        None => pattern == queue,
    }
}

/// Whether a queue is meant by the entries that a service has told, whatever order they belong to: by one of them, and by
/// no exclusion.
pub fn queue_is_among<S: AsRef<str>>(entries: &[S], queue: &str) -> bool {
    let entries = || entries.iter().map(AsRef::as_ref);
    let is_meant = |entry: &str| queue_matches(entry, queue) || Pattern::new(entry).matches(queue);
    let is_excluded =
        |entry: &str| entry.strip_prefix(EXCLUSION).is_some_and(|entry| Pattern::new(entry).matches(queue));
    entries().any(is_meant) && !entries().any(is_excluded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn entries_are_globs_when_they_say_more_than_a_star_at_their_end() {
        for (text, is_glob) in
            [("default low*", false), ("*", false), ("* !low", true), ("a?c", true), ("h*_1", true), ("[ab]", true)]
        {
            let order = QueueOrder::of_entries(&entries(text)).unwrap();
            assert_eq!(matches!(order, QueueOrder::Globs(_)), is_glob, "{text}");
            assert_eq!(order.names().collect::<Vec<_>>().join(" "), text);
        }
        assert_eq!(QueueOrder::of_entries(&entries("!low")), Err(NoQueue));
    }

    #[test]
    fn a_queue_is_among_what_a_service_told_unless_it_is_excluded() {
        for (text, queue, expected) in [
            ("default low*", "low_1", true),
            ("default low*", "high", false),
            ("* !low", "low", false),
            ("* !low", "high", true),
            ("c%d*", "c%d1", true),
        ] {
            assert_eq!(queue_is_among(&entries(text), queue), expected, "{text} {queue}");
        }
    }
}
