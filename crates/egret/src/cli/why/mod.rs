//! Says why a job waits while somebody waits for it.

mod explainer;

pub(super) use self::explainer::Explainer;
