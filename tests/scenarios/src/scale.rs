//! How much is done, and by which dice.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// Set by `make soak`: the whole counts instead of a twentieth, and the whole times.
pub const SOAK_VARIABLE: &str = "EGRET_SOAK";
/// Repeats a run by the seed that it printed.
pub const SEED_VARIABLE: &str = "EGRET_SEED";

/// Whether this is a soak.
pub fn is_soak() -> bool {
    std::env::var_os(SOAK_VARIABLE).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The count of a soak, or a twentieth.
pub fn scaled(count: usize) -> usize {
    if is_soak() { count } else { count.div_ceil(20) }
}

/// One value for a soak and another one otherwise.
pub fn soak_or<T>(soak: T, otherwise: T) -> T {
    if is_soak() { soak } else { otherwise }
}

/// Dice whose seed is printed.
///
/// # Panics
/// `EGRET_SEED` is no number.
pub fn dice(test: &str) -> StdRng {
    let seed = match std::env::var(SEED_VARIABLE) {
        Ok(text) => text.parse().expect("a seed is a number"),
        Err(_) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock shows a year after 1970");
            u64::from(now.subsec_nanos()) ^ (now.as_secs() << 20)
        }
    };
    report(test, format_args!("{SEED_VARIABLE}={seed}"));
    StdRng::seed_from_u64(seed)
}

/// Tells a figure of a test; shown with the output of the test.
#[allow(clippy::print_stderr, reason = "the harness shows it to whoever runs the test")]
pub fn report(test: &str, figure: impl std::fmt::Display) {
    eprintln!("{test}: {figure}");
}
