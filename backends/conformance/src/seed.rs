//! Randomness that can be repeated.

use rand::SeedableRng;
use rand::rngs::StdRng;

/// The variable whose value, a number, repeats a run.
pub const SEED_VARIABLE: &str = "EGRET_SEED";

/// A seed: that of the environment, else a fresh one.
///
/// # Panics
/// When the variable holds something that is no number.
pub fn seed() -> u64 {
    match std::env::var(SEED_VARIABLE) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("`{SEED_VARIABLE}={text}` is no number")),
        Err(_) => rand::random(),
    }
}

/// Random numbers of a seed that is printed, so that the output of a failure tells how to repeat it.
pub(crate) fn repeatable() -> StdRng {
    let seed = seed();
    announce(seed);
    StdRng::seed_from_u64(seed)
}

/// Prints how to repeat a run.
#[expect(clippy::print_stderr, reason = "the output of a failed test tells how to repeat it")]
pub(crate) fn announce(seed: u64) {
    eprintln!("to repeat this run: {SEED_VARIABLE}={seed}");
}
