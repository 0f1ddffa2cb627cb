//! YAML as Ruby's Psych reads and writes it, kept as data.
//!
//! Ruby builds whatever object a tag names; this module builds nothing but a tree of words ([`Node`]), so that whoever
//! can write into the table gains no code execution. What Ruby wrote is written back byte for byte, since the tree keeps
//! tags, anchors and styles and the writer breaks lines where libyaml 0.2.5 does.

mod breaks;
mod error;
mod limits;
mod node;
mod plain;
mod read;
mod style;
mod write;

pub use error::YamlError;
pub use limits::Limits;
pub use node::{Anchor, Content, Layout, Node, ScalarStyle};
pub use plain::{Moment, Plain, Zone, resolve};
pub use read::read;
pub use style::{binary, float, integer, null, string, symbol};
pub use write::write;
