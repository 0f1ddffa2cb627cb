//! Identities of what has none: the same for the same bytes, in every process and every build.

/// Offset and prime of FNV-1a with 128 bits (the draft `draft-eastlake-fnv`).
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// A number for a text.
pub(super) fn number(text: &str) -> u64 {
    folded(&[text.as_bytes()])
}

/// A short text for the parts, behind a word that says what it is.
pub(super) fn fingerprint(word: &str, parts: &[&[u8]]) -> String {
    format!("{word}-{:016x}", folded(parts))
}

fn folded(parts: &[&[u8]]) -> u64 {
    let mut hash = OFFSET;
    for part in parts {
        for byte in part.iter().chain(&[0xff]) {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }
    (hash >> 64) as u64 ^ hash as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_of_parts_count() {
        assert_eq!(fingerprint("x", &[b"ab", b"c"]), fingerprint("x", &[b"ab", b"c"]));
        assert_ne!(fingerprint("x", &[b"ab", b"c"]), fingerprint("x", &[b"a", b"bc"]));
        assert_eq!(fingerprint("x", &[]), "x-0eda065b652ec4cf");
    }
}
