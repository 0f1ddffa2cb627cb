//! The configuration file `config/job.yml`.
