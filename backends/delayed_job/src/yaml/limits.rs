//! What a document may cost.

/// How large a document may be. Beyond it, reading ends with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text; when it is made into values, also of all their texts together. Default 1 MiB.
    pub max_bytes: usize,
    /// Lists and maps within each other. Default 100.
    pub max_depth: usize,
    /// Scalars, lists, maps and aliases; when a document is made into values, what an alias stands for counts each time.
    /// Default 100,000.
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 20, max_depth: 100, max_nodes: 100_000 }
    }
}
