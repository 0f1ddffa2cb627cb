//! Texts of strangers, cut to what a page has room for: pages stay under 100 KB whatever is in the store.

/// The text in one line that takes at most so many bytes of a page; what was left out is told by `…`.
pub(crate) fn one_line(text: &str, n_bytes: usize) -> String {
    let letters = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    cut(letters, n_bytes)
}

/// The beginning of a text, its lines kept.
pub(crate) fn beginning(text: &str, n_bytes: usize) -> String {
    cut(text.chars(), n_bytes)
}

/// The bytes that a text takes on a page, where letters that mean something in HTML stand as references.
pub(crate) fn weight(text: &str) -> usize {
    text.chars().map(weight_of).sum()
}

fn weight_of(letter: char) -> usize {
    match letter {
        '<' | '>' | '&' | '"' | '\'' => "&#60;".len(),
        other => other.len_utf8(),
    }
}

fn cut(mut letters: impl Iterator<Item = char>, n_bytes: usize) -> String {
    let mut text = String::new();
    let mut n_left = n_bytes;
    for letter in letters.by_ref() {
        match n_left.checked_sub(weight_of(letter)) {
            Some(rest) => n_left = rest,
            None => {
                text.push('…');
                break;
            }
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(one_line(" a\nb\t鷺 ", 7), "a b 鷺");
        assert_eq!(one_line("白鷺の群れ", 8), "白鷺…");
        assert_eq!(beginning("a\nbc", 3), "a\nb…");
        assert_eq!(beginning("a\nb", 3), "a\nb");
        assert_eq!(beginning("", 3), "");
    }

    #[test]
    fn letters_of_html_count_as_what_stands_for_them() {
        assert_eq!(weight("a<b>&\"'鷺"), 2 + 5 * 5 + 3);
        assert_eq!(one_line("<<<", 10), "<<…");
    }
}
