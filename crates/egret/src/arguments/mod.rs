//! The argument codec of Active Job.
