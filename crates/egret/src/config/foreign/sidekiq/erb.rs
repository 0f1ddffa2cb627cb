//! Ruby in a file of YAML (ERB): found, and taken out.

/// A piece of Ruby.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its text with the marks, on one line, cut where it gets long.
    pub(super) text: String,
}

/// As much of a piece as is shown.
const SHOWN: usize = 60;

/// The text without Ruby, line for line, and the pieces that were in it. A comment of YAML is none, and one of ERB does
/// nothing; both are left out.
pub(super) fn without(text: &str) -> (String, Vec<Tag>) {
    let (mut plain, mut tags, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some((before, inside)) = rest.split_once("<%") {
        plain.push_str(before);
        let line = count_lines(&plain) + 1;
        let (inside, after) = inside.split_once("%>").unwrap_or((inside, ""));
        if !is_comment(&plain) && !inside.starts_with('#') {
            tags.push(Tag { line, text: shown(inside) });
        }
        // The lines after it keep their numbers.
        plain.extend(inside.chars().filter(|letter| *letter == '\n'));
        rest = after;
    }
    plain.push_str(rest);
    (plain, tags)
}

fn count_lines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// Whether the text ends within a comment of YAML.
fn is_comment(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('#') || line.contains(" #")
}

fn shown(inside: &str) -> String {
    let words: Vec<&str> = inside.split_whitespace().collect();
    let text =
        format!("<%{} %>", if inside.starts_with('=') { String::new() } else { " ".to_owned() } + &words.join(" "));
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_ruby_out_and_keeps_the_lines() {
        let (plain, tags) = without("a: <%= ENV.fetch('A') { 5 } %>\n<% if\n  true %>\nb: 1\n<% end %>");
        assert_eq!(plain, "a: \n\n\nb: 1\n");
        let found: Vec<(u64, &str)> = tags.iter().map(|tag| (tag.line, tag.text.as_str())).collect();
        assert_eq!(found, [(1, "<%= ENV.fetch('A') { 5 } %>"), (2, "<% if true %>"), (5, "<% end %>")]);
    }

    #[test]
    fn comments_are_no_ruby_to_us() {
        let (plain, tags) = without("# a: <%= 1 %>\nb: 2 # <%= 2 %>\n<%# nothing %>c: 3\n");
        assert_eq!(plain, "# a: \nb: 2 # \nc: 3\n");
        assert_eq!(tags, []);
    }

    #[test]
    fn a_piece_without_an_end_goes_on_to_the_end() {
        let (plain, tags) = without("a: <%= 1\nb: 2");
        assert_eq!((plain.as_str(), tags.len()), ("a: \n", 1));
    }
}
