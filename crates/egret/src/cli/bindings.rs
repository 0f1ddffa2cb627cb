//! The option that binds a job.

use clap::Args;
use egret_core::JobData;

use crate::job::Bindings;

/// What a job is bound to.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Bound {
    /// Binds the job, such as `user_id=5`; can be given several times. Jobs of a `user_id` count against
    /// `size_limit_per_user`
    #[arg(long = "bind", value_name = "KEY=VALUE", value_parser = pair)]
    bindings: Vec<(String, String)>,
}

impl Bound {
    /// Binds the job.
    pub(super) fn bind(&self, job: &mut JobData) {
        let mut bindings = Bindings::default();
        self.bindings.iter().for_each(|(key, value)| bindings.set(key, value));
        bindings.write(job);
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a binding is KEY=VALUE, such as `user_id=5`".to_owned()),
    }
}
