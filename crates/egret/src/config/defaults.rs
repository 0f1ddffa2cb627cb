//! The compiled-in defaults.

use super::value::{Mapping, Origin, Value};
use super::{DEFAULT_SECTION, yaml};

/// The compiled-in defaults as a commented `config/job.yml` without environments, ready to be written as a first file.
///
/// The keys that SHIRASAGI has carry its values (1.21.0, `config/defaults/job.yml`); `reload_interval` is its code's
/// default.
pub const DEFAULTS: &str = include_str!("defaults.yml");

/// The defaults as the lowest layer.
pub(super) fn tree() -> Value {
    yaml::parse(DEFAULTS, &|_line| Origin::Default).expect("a test reads the compiled-in defaults")
}

/// The part of the defaults that each section starts from.
pub(super) fn section(tree: &Mapping) -> Mapping {
    tree.get(DEFAULT_SECTION).and_then(Value::as_mapping).cloned().expect("the compiled-in defaults have this section")
}
