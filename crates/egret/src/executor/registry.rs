//! The executor of typed jobs: looks the class up, performs, and lets the job's own rules judge an error.
