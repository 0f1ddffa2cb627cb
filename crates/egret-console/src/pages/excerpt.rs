//! Texts of strangers, cut to what a page has room for.

/// The text in one line of at most so many letters; what was left out is told by `…`.
pub(crate) fn one_line(text: &str, n_letters: usize) -> String {
    let letters = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    cut(letters, n_letters)
}

/// The first letters of a text, its lines kept.
pub(crate) fn beginning(text: &str, n_letters: usize) -> String {
    cut(text.chars(), n_letters)
}

fn cut(mut letters: impl Iterator<Item = char>, n_letters: usize) -> String {
    let mut text: String = letters.by_ref().take(n_letters).collect();
    if letters.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(one_line(" a\nb\t鷺 ", 5), "a b 鷺");
        assert_eq!(one_line("白鷺の群れ", 2), "白鷺…");
        assert_eq!(beginning("a\nbc", 3), "a\nb…");
        assert_eq!(beginning("", 3), "");
    }
}
