//! What an operator may rely on about `config/job.yml` and the layers over it.

#![allow(clippy::unwrap_used, reason = "also in functions that tests share")]

mod application;
mod delayed_job;
mod discovery;
mod effective;
mod environments;
mod errors;
mod hostile;
mod layers;
mod remarks;
mod resque;
mod sections;
mod shirasagi;
mod sidekiq;
mod values;
