//! What stores that hold no locks of processes keep of services: what each tells of itself, and its beats, by which another
//! process judges whether it lives.

mod observations;
mod told;

pub use observations::{Observations, Pulse};
pub use told::Told;
