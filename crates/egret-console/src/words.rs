//! What the console says: the messages of `locales/{en,ja}/*.ftl`.

use egret::language::Catalogue;

/// The files of one language.
macro_rules! files {
    ($language:literal: $($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../locales/", $language, "/", $file, ".ftl")))),*]
    };
}

/// One file a subject. A new one is added to both lists.
pub(crate) static WORDS: Catalogue = Catalogue::new(
    files!("en": "shell", "access", "audit", "commands", "status", "jobs", "logs", "tasks", "services"),
    files!("ja": "shell", "access", "audit", "commands", "status", "jobs", "logs", "tasks", "services"),
);

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn every_language_has_every_message_with_the_same_arguments() {
        assert_eq!(WORDS.faults(), [""; 0]);
    }

    #[test]
    fn every_message_that_code_and_templates_name_is_written() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = files_in(&folder.join("src"));
        files.extend(files_in(&folder.join("templates")));
        let mut n_named = 0;
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for call in [".t(\"", ".tw(\"", ".n(\"", ".count(\"", "Notice::new(\""] {
                let named = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                for name in named {
                    assert!(WORDS.has(name), "{} names the message `{name}`", file.display());
                    n_named += 1;
                }
            }
            // Where a message is handed on before it is said.
            let is_message =
                |text: &&str| text.len() > 6 && ["fault-", "nav-"].iter().any(|prefix| text.starts_with(prefix));
            for name in text.split('"').filter(is_message) {
                assert!(WORDS.has(name), "{} names the message `{name}`", file.display());
            }
        }
        assert!(n_named > 20, "only {n_named} messages are named: the search looks for the wrong calls");
    }

    fn files_in(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
    }
}
