//! How much of what an attempt writes is kept.

/// How much of what an attempt writes is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLimits {
    /// Lines that go to the store, counted from the first of a run. Default 1000 (`head_logs` of SHIRASAGI 1.21.0,
    /// `config/defaults/job.yml`).
    pub head_lines: usize,
    /// Bytes of text that go to the store, whichever of the two is reached first. Default 1 MiB.
    pub head_bytes: usize,
    /// Bytes in all files of an attempt together, earlier runs of the same attempt included. Default 64 MiB. At most a
    /// quarter of it holds the output of programs as lines; then it is kept only byte for byte.
    pub attempt_bytes: u64,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { head_lines: 1000, head_bytes: 1 << 20, attempt_bytes: 64 << 20 }
    }
}
