//! Which section of the configuration a command is about: the same words for every command that takes one.

mod assignments;

use std::path::PathBuf;

use clap::Args;

use self::assignments::Assignments;
use super::Failure;
use crate::config::{Config, LoadOptions};
use crate::language::Sentence;

/// Which section is meant.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct SectionArguments {
    /// The section of config/job.yml
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// Takes queues, concurrency, timeout and more from a file of Sidekiq's, such as config/sidekiq.yml
    #[arg(long, value_name = "FILE")]
    sidekiq_config: Option<PathBuf>,
    /// `config=SECTION`, or `config=FILE` with the keys of a section as YAML, and `RAILS_ENV=ENVIRONMENT`, as with
    /// `rake job:run`
    #[arg(value_name = "NAME=VALUE")]
    assignments: Vec<String>,
}

impl SectionArguments {
    /// Lays the assignments that concern the configuration over what the process was started with.
    ///
    /// # Errors
    /// An assignment is none of those that are known.
    pub(super) fn apply(&self, options: &mut LoadOptions) -> Result<(), Failure> {
        let assignments = Assignments::read(&self.assignments)?;
        if let Some(environment) = assignments.environment {
            options.environment.insert("EGRET_ENV".to_owned(), environment);
        }
        options.sidekiq_file.clone_from(&self.sidekiq_config);
        // A path that exists is one, whatever sections there are (SHIRASAGI 1.21.0, `app/models/job/service.rb`). Unlike
        // there, a folder is none, so that a section may be called like one.
        options.section_file = assignments
            .section
            .map(PathBuf::from)
            .filter(|path| !path.as_os_str().is_empty() && options.current_folder.join(path).is_file());
        Ok(())
    }

    /// The name of the section, which may be a file of its own; `None` when none was named.
    ///
    /// # Errors
    /// Option and assignment contradict each other, or an assignment is none of those that are known.
    pub(super) fn name(&self, config: &Config) -> Result<Option<String>, Failure> {
        let assigned = Assignments::read(&self.assignments)?.section;
        match (&self.section, assigned) {
            (Some(option), Some(assigned)) if *option != assigned => {
                Err(Failure::usage(contradiction(option, &assigned)))
            }
            (_, Some(assigned)) => Ok(Some(config.section_of_file.clone().unwrap_or(assigned))),
            (option, None) => Ok(option.clone()),
        }
    }
}

fn contradiction(option: &str, assigned: &str) -> Sentence {
    Sentence::new("cli-sections-contradict").with("option", option).with("assigned", assigned)
}

#[cfg(test)]
mod tests {
    use super::super::Exit;
    use super::*;

    fn arguments(section: Option<&str>, assignments: &[&str]) -> SectionArguments {
        SectionArguments {
            section: section.map(str::to_owned),
            sidekiq_config: None,
            assignments: assignments.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn the_section_comes_from_either_form() {
        let name = |section, assignments: &[&str]| arguments(section, assignments).name(&Config::default());
        assert_eq!(name(None, &[]).unwrap(), None);
        assert_eq!(name(Some("mail"), &[]).unwrap().as_deref(), Some("mail"));
        assert_eq!(name(None, &["config=mail"]).unwrap().as_deref(), Some("mail"));
        assert_eq!(name(Some("mail"), &["config=mail"]).unwrap().as_deref(), Some("mail"));
        assert_eq!(name(Some("a"), &["config=b"]).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn the_environment_can_be_assigned() {
        let mut options = LoadOptions::in_folder("/nonexistent");
        arguments(None, &["RAILS_ENV=test"]).apply(&mut options).unwrap();
        assert_eq!(options.environment.get("EGRET_ENV").map(String::as_str), Some("test"));
    }
}
