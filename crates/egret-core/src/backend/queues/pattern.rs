//! Matching of queue names by patterns as Ruby's `File.fnmatch?` does without flags, by which Resque's workers choose
//! queues (Resque 3.0, `lib/resque/worker.rb`, `glob_match`).
//!
//! `*` stands for any run of characters, `?` for one, `[ab]`, `[a-z]`, `[!a]` and `[^a]` for one of or none of some; a
//! backslash takes the next character literally; braces mean themselves. A name that begins with a dot is only meant by a
//! pattern that begins with one.

/// A pattern, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    signs: Vec<Sign>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Sign {
    /// This character.
    Plain(char),
    /// Any one character.
    One,
    /// Any run of characters.
    Run,
    /// One character inside, or outside, of the ranges.
    Set { is_inside: bool, ranges: Vec<(char, char)> },
    /// Nothing: a bracket that is never closed.
    Never,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut signs = Vec::new();
        let mut rest = characters.as_slice();
        while let Some((sign, after)) = next_sign(rest) {
            if sign != Sign::Run || signs.last() != Some(&Sign::Run) {
                signs.push(sign);
            }
            rest = after;
        }
        Self { signs }
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let is_hidden = name.first() == Some(&'.');
        if is_hidden && self.signs.first() != Some(&Sign::Plain('.')) {
            return false;
        }
        matches_from(&self.signs, &name)
    }
}

fn next_sign(rest: &[char]) -> Option<(Sign, &[char])> {
    let (first, after) = rest.split_first()?;
    Some(match first {
        '*' => (Sign::Run, after),
        '?' => (Sign::One, after),
        '[' => set(after).unwrap_or((Sign::Never, &[])),
        '\\' => match after.split_first() {
            Some((escaped, after)) => (Sign::Plain(*escaped), after),
            None => (Sign::Plain('\\'), after),
        },
        plain => (Sign::Plain(*plain), after),
    })
}

/// What is between brackets. The first character is one of the set even if it is the closing bracket.
fn set(rest: &[char]) -> Option<(Sign, &[char])> {
    let is_inside = !matches!(rest.first(), Some('!' | '^'));
    let mut rest = if is_inside { rest } else { &rest[1..] };
    let mut ranges = Vec::new();
    loop {
        let (first, after) = rest.split_first()?;
        if *first == ']' && !ranges.is_empty() {
            return Some((Sign::Set { is_inside, ranges }, after));
        }
        let (low, after) = member(rest)?;
        let (high, after) = match after {
            ['-', end, ..] if *end != ']' => member(&after[1..])?,
            _ => (low, after),
        };
        ranges.push((low, high));
        rest = after;
    }
}

fn member(rest: &[char]) -> Option<(char, &[char])> {
    match rest {
        ['\\', escaped, after @ ..] => Some((*escaped, after)),
        [plain, after @ ..] => Some((*plain, after)),
        [] => None,
    }
}

/// Goes through the name once and back only to the last run: enough, since a later run can take over whatever an earlier
/// one would.
fn matches_from(signs: &[Sign], name: &[char]) -> bool {
    let (mut sign_at, mut name_at) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    while name_at < name.len() || sign_at < signs.len() {
        match signs.get(sign_at) {
            Some(Sign::Run) => {
                last_run = Some((sign_at, name_at));
                sign_at += 1;
                continue;
            }
            Some(sign) if name.get(name_at).is_some_and(|character| sign.is(*character)) => {
                sign_at += 1;
                name_at += 1;
                continue;
            }
            _ => {}
        }
        match last_run {
            Some((run_at, taken_to)) if taken_to < name.len() => {
                last_run = Some((run_at, taken_to + 1));
                (sign_at, name_at) = (run_at + 1, taken_to + 1);
            }
            _ => return false,
        }
    }
    true
}

impl Sign {
    fn is(&self, character: char) -> bool {
        match self {
            Self::Plain(plain) => *plain == character,
            Self::One | Self::Run => true,
            Self::Set { is_inside, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) == *is_inside
            }
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["a", "abc", "ac", "bc", "cc", ".hid", "a/b", "a.b", "{a,b}", "a:b", "日本", "*", "", "b"];

    /// The table of the sample `queue_selection.txt`, captured from Ruby 3.1.7.
    #[test]
    fn patterns_mean_what_they_mean_in_ruby() {
        for (pattern, expected) in [
            ("*", &["a", "abc", "ac", "bc", "cc", "a/b", "a.b", "{a,b}", "a:b", "日本", "*", "", "b"][..]),
            ("?", &["a", "*", "b"]),
            ("a*", &["a", "abc", "ac", "a/b", "a.b", "a:b"]),
            ("*a", &["a"]),
            ("a?c", &["abc"]),
            ("[ab]c", &["ac", "bc"]),
            ("[!a]c", &["bc", "cc"]),
            ("[^a]c", &["bc", "cc"]),
            ("{a,b}", &["{a,b}"]),
            ("**", &["a", "abc", "ac", "bc", "cc", "a/b", "a.b", "{a,b}", "a:b", "日本", "*", "", "b"]),
            ("\\*", &["*"]),
            (".*", &[".hid"]),
            ("*.*", &["a.b"]),
            ("a:*", &["a:b"]),
        ] {
            let pattern_of_text = Pattern::new(pattern);
            let matched: Vec<&str> = NAMES.iter().filter(|name| pattern_of_text.matches(name)).copied().collect();
            assert_eq!(matched, expected, "{pattern}");
        }
    }

    #[test]
    fn ranges_escapes_and_open_brackets() {
        for (pattern, name, expected) in [
            ("q[0-9]", "q7", true),
            ("q[0-9]", "qa", false),
            ("q[!0-9]", "qa", true),
            ("q[a-]", "q-", true),
            ("q[\\]]", "q]", true),
            ("q[ab", "qa", false),
            ("a\\", "a\\", true),
            ("*b*d", "abcbd", true),
            ("*b*d", "abcbdx", false),
            ("a*", "", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn many_runs_are_matched_in_time() {
        let pattern = Pattern::new(&"*a".repeat(50));
        assert!(!pattern.matches(&"a".repeat(49)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(20_000))));
    }
}
