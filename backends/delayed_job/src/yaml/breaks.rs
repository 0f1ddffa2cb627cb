//! Line ends of YAML 1.1, by which libyaml goes.

/// A line end of YAML 1.1 that is an ordinary character in YAML 1.2.
pub(super) fn is_odd_break(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether libyaml takes the character for the end of a line.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n') || is_odd_break(character)
}
