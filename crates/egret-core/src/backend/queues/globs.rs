//! Which queues a worker empties, and in which order (Resque 3.0, `lib/resque/worker.rb`, `queues=` and `queues`).

use std::collections::HashSet;

use super::pattern::Pattern;

/// Names and patterns in strict order, and exclusions, as Resque's workers take them.
///
/// A pattern has `*` for any run of characters, `?` for one, `[ab]`, `[a-z]`, `[!a]` for one of or none of some; a
/// backslash takes the next character literally, and what begins with a dot is meant only by what begins with one. It
/// stands for every queue that it matches, in alphabetical order. An entry `!PATTERN` excludes queues, wherever in the list
/// it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueGlobs {
    /// Everything as it was given, trimmed.
    given: Vec<String>,
    /// What is looked at.
    patterns: Vec<Pattern>,
    /// What is never looked at.
    excluded: Vec<Pattern>,
}

/// A list of queues that names none to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no queue is named, expected at least one beside exclusions, such as `*`")]
pub struct NoQueue;

impl QueueGlobs {
    /// Takes entries as arguments or a variable give them: each may hold several with commas between them.
    ///
    /// # Errors
    /// When nothing is left beside exclusions.
    pub fn new<S: AsRef<str>>(given: &[S]) -> Result<Self, NoQueue> {
        let entries = given.iter().flat_map(|entry| entry.as_ref().split(',')).map(str::trim);
        let given: Vec<String> = entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        let (excluded, looked_at): (Vec<&String>, Vec<&String>) =
            given.iter().partition(|entry| entry.starts_with(EXCLUSION));
        if looked_at.is_empty() {
            return Err(NoQueue);
        }
        Ok(Self {
            patterns: looked_at.iter().map(|entry| Pattern::new(entry)).collect(),
            excluded: excluded.iter().map(|entry| Pattern::new(&entry[EXCLUSION.len_utf8()..])).collect(),
            given,
        })
    }

    /// Names, patterns and exclusions as they were given.
    pub fn given(&self) -> &[String] {
        &self.given
    }

    /// Whether a queue is looked at.
    pub fn covers(&self, queue: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(queue)) && !self.excludes(queue)
    }

    fn excludes(&self, queue: &str) -> bool {
        self.excluded.iter().any(|pattern| pattern.matches(queue))
    }

    /// Of the queues given, in alphabetical order, those that are looked at, in order and each once.
    pub fn among<'a>(&self, queues: &[&'a str]) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let meant = self.patterns.iter().flat_map(|pattern| queues.iter().filter(|queue| pattern.matches(queue)));
        meant.filter(|queue| !self.excludes(queue) && seen.insert(**queue)).copied().collect()
    }
}

/// What an exclusion begins with.
pub(super) const EXCLUSION: char = '!';

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["z", ".hid", "a", "low", "b", "high_1", "critical"];

    fn order(given: &[&str]) -> String {
        let mut known = KNOWN.to_vec();
        known.sort_unstable();
        QueueGlobs::new(given).map_or_else(|NoQueue| "no queue".to_owned(), |globs| globs.among(&known).join(" "))
    }

    /// Captured from Resque 3.0.0, but for names that no list of known queues has: a queue without a job is not looked at.
    #[test]
    fn queues_are_chosen_as_by_a_ruby_worker() {
        for (given, expected) in [
            (&["*"][..], "a b critical high_1 low z"),
            (&["critical,*,high_1"], "critical a b high_1 low z"),
            (&["*,!low"], "a b critical high_1 z"),
            (&["!low", "critical"], "critical"),
            (&["h*", "c*", "*"], "high_1 critical a b low z"),
            (&["critical,!critical"], ""),
            (&["{a,b}"], ""),
            (&["nosuch,*"], "a b critical high_1 low z"),
            (&["a,nosuch"], "a"),
            (&["a ", " b"], "a b"),
            (&["a,a"], "a"),
            (&["a, y ,!z"], "a"),
            (&["!lo*,*"], "a b critical high_1 z"),
            (&["!a"], "no queue"),
            (&[""], "no queue"),
            (&[], "no queue"),
        ] {
            assert_eq!(order(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_queue_is_covered_by_a_pattern_unless_it_is_excluded() {
        let globs = QueueGlobs::new(&["x, *_1 ,!low*"]).unwrap();
        assert_eq!(globs.given(), ["x", "*_1", "!low*"]);
        for (queue, expected) in [("x", true), ("high_1", true), ("low_1", false), ("y", false)] {
            assert_eq!(globs.covers(queue), expected, "{queue}");
        }
    }
}
