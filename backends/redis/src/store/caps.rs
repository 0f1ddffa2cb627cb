//! How large and how deeply nested the bytes of a job may be.

use egret_core::{Words, words};

/// More bytes are not looked into, and not taken in. Redis itself would take 512 MiB.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Ruby's JSON (2.x, `max_nesting`) reads and writes no more levels, so that no Ruby worker could run a deeper job.
const MAX_NESTING: usize = 100;

/// Why bytes are not looked into, if so.
pub(crate) fn excess(bytes: &[u8]) -> Option<Words> {
    excess_over(bytes, MAX_BYTES, MAX_NESTING)
}

/// Why arguments would make a job that is not looked into, if so. Around them there is room for the rest of a payload: three
/// levels, of which Active Job needs most.
pub(super) fn excess_of_arguments(bytes: &[u8]) -> Option<Words> {
    excess_over(bytes, MAX_BYTES - 64 * 1024, MAX_NESTING - 3)
}

fn excess_over(bytes: &[u8], max_bytes: usize, max_nesting: usize) -> Option<Words> {
    if bytes.len() > max_bytes {
        return Some(words!("job-many-bytes", "it has {n} bytes, more than {most}", n = bytes.len(), most = max_bytes));
    }
    // Most have fewer brackets than that in all, which is quickly seen.
    let n_brackets = bytes.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
    let is_too_deep = n_brackets > max_nesting && nesting(bytes) > max_nesting;
    is_too_deep.then(|| words!("job-deep", "it is nested more than {most} levels deep", most = max_nesting))
}

/// How many arrays and objects lie in each other at the deepest place. Of bytes that are no JSON, some number.
fn nesting(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_do_not_count() {
        assert_eq!(nesting(br#"{"a":["[[[\"[",{}]}"#), 3);
        assert_eq!(nesting(b"7"), 0);
        assert_eq!(nesting(b"]]]["), 1);
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_named() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(excess(deep(MAX_NESTING).as_bytes()), None);
        assert!(excess(deep(MAX_NESTING + 1).as_bytes()).unwrap().to_string().contains("nested"));
        assert_eq!(excess(&vec![b' '; MAX_BYTES]), None);
        assert!(excess(&vec![b' '; MAX_BYTES + 1]).unwrap().to_string().contains("bytes"));
    }
}
