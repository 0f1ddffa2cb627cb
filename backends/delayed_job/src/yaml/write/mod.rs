//! Writing a tree as libyaml 0.2.5 does (`src/emitter.c`): block style, indents of two, lists in maps not indented, lines
//! folded beyond column 80.
//!
//! A scalar is written in the style that it names where that style can hold its text, else in single, else in double
//! quotes, which hold any text.

mod ink;
mod scalar;
mod shape;
mod structure;

use super::Node;

/// The document, from `--- ` to the final line end.
pub fn write(root: &Node) -> String {
    structure::Writer::default().document(root)
}
