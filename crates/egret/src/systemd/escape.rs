//! Texts of ours in the syntax of unit files.
//!
//! Source: systemd.syntax(7) and systemd.service(5), "command lines", of systemd 252. There are three kinds of places: the
//! rest of a line taken as it is, words that may be quoted, and arguments of commands, in which variables are replaced as
//! well. In all three `%` begins a specifier.

use super::UnitError;

/// For values that are the rest of their line, such as `WorkingDirectory=` and `Description=`.
///
/// # Errors
/// The text cannot be written there: quotes mean nothing in such values, so that nothing protects a line break, space at
/// an end or a backslash at the end.
pub(super) fn line(text: &str) -> Result<String, UnitError> {
    if text.chars().any(char::is_control) || text.trim() != text || text.ends_with('\\') {
        return Err(UnitError::Unwritable { text: text.to_owned() });
    }
    Ok(text.replace('%', "%%"))
}

/// For values that are lists of words, such as `Environment=` and `ReadWritePaths=`.
///
/// # Errors
/// The text has control characters.
pub(super) fn word(text: &str) -> Result<String, UnitError> {
    if text.chars().any(char::is_control) {
        return Err(UnitError::Unwritable { text: text.to_owned() });
    }
    let text = text.replace('%', "%%");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/_-.,:=@+%".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text);
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// For arguments of commands. Not for the program itself, in which variables are not replaced: that is a [`word`].
///
/// # Errors
/// The text has control characters.
pub(super) fn argument(text: &str) -> Result<String, UnitError> {
    word(&text.replace('$', "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_stay_as_they_are() {
        for text in ["/srv/app/bin/egret", "on_demand", "A=b:c,d@e+f", "-/var/lib"] {
            assert_eq!((line(text).unwrap().as_str(), word(text).unwrap().as_str()), (text, text));
        }
    }

    #[test]
    fn what_means_something_to_systemd_is_escaped() {
        assert_eq!(line("/srv/a b/100%").unwrap(), "/srv/a b/100%%");
        assert_eq!(word("/srv/a b/100%").unwrap(), "\"/srv/a b/100%%\"");
        assert_eq!(word(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
        assert_eq!(word("").unwrap(), "\"\"");
        assert_eq!(word("it's").unwrap(), "\"it's\"");
        assert_eq!(argument("$HOME").unwrap(), "\"$$HOME\"");
        assert_eq!(word("/srv/$x").unwrap(), "\"/srv/$x\"");
    }

    #[test]
    fn what_nothing_can_protect_is_refused_by_name() {
        for text in ["/srv/a\nUser=root", "/srv/a ", "/srv/a\\"] {
            assert!(line(text).unwrap_err().to_string().contains(&format!("`{}`", text.escape_debug())), "{text}");
        }
        assert!(word("a\nb").is_err() && argument("a\u{7}").is_err());
    }
}
