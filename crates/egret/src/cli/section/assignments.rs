//! `config=mail`: the form in which SHIRASAGI's operators name a section (1.21.0, `lib/tasks/job.rb`).

use super::super::{Failure, failure::did_you_mean};
use crate::language::Sentence;

const SECTION: &str = "config";
const ENVIRONMENT: &str = "RAILS_ENV";

/// What was assigned.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Assignments {
    pub(super) section: Option<String>,
    pub(super) environment: Option<String>,
}

impl Assignments {
    /// Reads `name=value` words; of several for one name the last counts, as with rake.
    ///
    /// # Errors
    /// A word is no assignment, or to a name that is not known.
    pub(super) fn read(words: &[String]) -> Result<Self, Failure> {
        let mut assignments = Self::default();
        for word in words {
            match word.split_once('=') {
                Some((SECTION, value)) => assignments.section = Some(value.to_owned()),
                Some((ENVIRONMENT, value)) => assignments.environment = Some(value.to_owned()),
                Some((name, _)) => return Err(unknown(name, word)),
                None => return Err(unknown(word, word)),
            }
        }
        Ok(assignments)
    }
}

fn unknown(name: &str, word: &str) -> Failure {
    let message = Sentence::new("cli-bad-assignment").with("word", word);
    Failure::usage(message.with("section", SECTION).with("environment", ENVIRONMENT))
        .with_hint(did_you_mean(name, [SECTION, ENVIRONMENT]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn read(words: &[&str]) -> Result<Assignments, Failure> {
        Assignments::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn reads_what_rake_reads() {
        assert_eq!(read(&[]).unwrap(), Assignments::default());
        let read = read(&["config=a", "RAILS_ENV=test", "config=mail"]).unwrap();
        assert_eq!(read, Assignments { section: Some("mail".into()), environment: Some("test".into()) });
    }

    #[test]
    fn suggests_what_was_meant() {
        assert_eq!(
            read(&["confg=mail"]).unwrap_err().hint(Language::English).as_deref(),
            Some("did you mean `config`?")
        );
        assert_eq!(read(&["mail"]).unwrap_err().hint(Language::English), None);
    }
}
