//! Whole services and applications as processes: the application under test, and what its tests share.

pub mod jobs;
