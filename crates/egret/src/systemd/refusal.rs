//! Why a unit was not written, for people.

use super::UnitError;
use crate::error::chain;
use crate::language::Language;

impl UnitError {
    /// The sentence with the causes, of which the system's own are as the system says them.
    pub(crate) fn tell(&self, language: Language) -> String {
        let of_path = |message: &str, path: &std::path::Path| {
            language.text_with(message, &[("path", path.display().to_string().into())])
        };
        match self {
            Self::Unwritable { text } => {
                language.text_with("systemd-unwritable", &[("text", text.escape_debug().to_string().into())])
            }
            Self::NotUnicode { path } => of_path("systemd-not-unicode", path),
            Self::Program { path } => of_path("systemd-program", path),
            Self::Foreign { path } => of_path("systemd-foreign", path),
            Self::Io { path, source } => format!("{}: {}", of_path("systemd-failed-to-write", path), chain(source)),
        }
    }

    /// What to do about it, if that is known.
    pub(crate) fn hint(&self, language: Language) -> Option<String> {
        match self {
            Self::Foreign { .. } => Some(language.text("systemd-foreign-hint")),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                Some(language.text("systemd-permission-hint"))
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some(language.text("systemd-folder-hint"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_english_a_refusal_says_what_the_error_says() {
        let path = std::path::PathBuf::from("/srv/it's");
        for error in [
            UnitError::Unwritable { text: "a\nb".to_owned() },
            UnitError::NotUnicode { path: path.clone() },
            UnitError::Program { path: path.clone() },
            UnitError::Foreign { path: path.clone() },
            UnitError::Io { path, source: std::io::ErrorKind::PermissionDenied.into() },
        ] {
            assert_eq!(error.tell(Language::English), chain(&error));
            assert_ne!(error.tell(Language::Japanese), error.tell(Language::English));
        }
    }
}
