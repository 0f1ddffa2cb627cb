//! Finds the application's folder and the environment.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::load::LoadOptions;
use super::variables;

/// SHIRASAGI's and every Rails application's choice when nothing else is said (`config/boot.rb`).
pub(super) const DEFAULT_ENVIRONMENT: &str = "production";

/// Where the configuration is looked for.
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) environment: String,
}

impl Place {
    pub(super) fn of(options: &LoadOptions) -> Self {
        Self { root: root(options), environment: environment(options) }
    }
}

/// The folder that was named, else the nearest one upwards with a `config/job.yml`, else the current one.
fn root(options: &LoadOptions) -> PathBuf {
    let named = options.root.clone().or_else(|| set(&options.environment, variables::ROOT).map(PathBuf::from));
    match named {
        Some(named) => options.current_folder.join(named),
        None => nearest(&options.current_folder).unwrap_or(&options.current_folder).to_owned(),
    }
}

fn nearest(start: &Path) -> Option<&Path> {
    let holds_file = |folder: &&Path| folder.join("config/job.yml").is_file();
    start.ancestors().filter(|folder| *folder == start || !is_open_to_all(folder)).find(holds_file)
}

/// Whether anybody could have put a file here. Whoever works in a folder below `/tmp` does not ask for a
/// `/tmp/config/job.yml`, which could name any store and allow any program.
fn is_open_to_all(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o002 != 0)
}

/// The environment that the variables name. Rails itself has the last two (8.1, `railties/lib/rails.rb`); where a file of
/// Sidekiq's is read, the variable that goes before them there does so here (8.1, `lib/sidekiq/cli.rb`).
fn environment(options: &LoadOptions) -> String {
    let of_sidekiq = options.sidekiq_file.is_some().then_some("APP_ENV");
    let names = [Some(variables::ENVIRONMENT), of_sidekiq, Some("RAILS_ENV"), Some("RACK_ENV")];
    let chosen = names.into_iter().flatten().find_map(|name| set(&options.environment, name));
    chosen.unwrap_or(DEFAULT_ENVIRONMENT).to_owned()
}

/// A variable that is set to something.
fn set<'a>(variables: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
}
