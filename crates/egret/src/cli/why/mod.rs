//! Why a job does not run.

mod cause;
mod circumstances;
mod explainer;

pub(super) use self::cause::Cause;
pub(super) use self::circumstances::Circumstances;
pub(super) use self::explainer::Explainer;
