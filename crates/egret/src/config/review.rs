//! Everything that there is to say about a configuration.

use std::path::PathBuf;

use super::discovery::Place;
use super::error::{Problem, in_order};
use super::load::LoadOptions;
use super::{Config, decode, layers, remarks};
use crate::language::Language;

/// A configuration, if it can be used, and everything that there is to say about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Review {
    /// The application's folder.
    pub root: PathBuf,
    /// The environment whose part of the files was read.
    pub environment: String,
    /// The configuration; `None` when there are problems.
    pub config: Option<Config>,
    /// The language in which people read, as far as the configuration says so and that can be told.
    pub locale: Option<Language>,
    /// Why it cannot be used: those of files line by line, then those of variables, then those of overrides.
    pub problems: Vec<Problem>,
    /// What is no error and yet hardly meant, above all where Ruby reads a value of the file differently.
    pub remarks: Vec<Problem>,
}

impl Review {
    /// Reads, merges and checks. Nothing but the files is looked at.
    pub fn of(options: &LoadOptions) -> Self {
        let (mut problems, mut said, mut unheeded) = (Vec::new(), Vec::new(), Vec::new());
        let place = Place::of(options);
        let values = layers::merged(&place, options, &mut problems, &mut said, &mut unheeded);
        let mut config = decode::config(place.root.clone(), place.environment.clone(), values, &mut problems);
        config.section_of_file = options.section_of_file();
        config.unheeded = in_order(unheeded.clone());
        said.append(&mut unheeded);
        let locale = config.locale;
        let config = problems.is_empty().then_some(config);
        said.extend(config.iter().flat_map(remarks::of));
        let (root, environment) = (place.root, place.environment);
        Self { root, environment, config, locale, problems: in_order(problems), remarks: in_order(said) }
    }
}
