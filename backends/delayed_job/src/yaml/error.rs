//! Why a text is no document that this crate reads.

/// Why a document was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YamlError {
    /// There is no document in it.
    #[error("the text holds no document")]
    Empty,
    /// It is no YAML.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// What the parser expected.
        message: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The text is too long.
    #[error("the text has {n_bytes} bytes, more than {limit}")]
    TooLong {
        /// Its length.
        n_bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Lists and maps are nested too deeply, or an alias stands within the node that it names.
    #[error("lists and maps are nested more than {limit} deep")]
    TooDeep {
        /// What is allowed.
        limit: usize,
    },
    /// Aliases repeat too much text.
    #[error("aliases repeat texts to more than {limit} bytes")]
    TooMuchText {
        /// What is allowed.
        limit: usize,
    },
    /// There are too many nodes, aliases counted as often as they are followed.
    #[error("there are more than {limit} values, those that aliases repeat included")]
    TooManyNodes {
        /// What is allowed.
        limit: usize,
    },
}
