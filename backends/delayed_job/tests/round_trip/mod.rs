//! What holds for any text: shared by the property tests and the fuzz target.

use egret_delayed_job::handler;
use egret_delayed_job::ruby;
use egret_delayed_job::yaml::{Content, Limits, Node, Plain, ScalarStyle, read, resolve, write};

/// Reads the text, and if it is YAML, writes it and reads it again: the meaning is the same, and what was written once is
/// written the same way again. As a handler it becomes a job or an error.
pub(crate) fn check(text: &str) {
    let limits = Limits { max_bytes: 1 << 16, max_depth: 40, max_nodes: 10_000 };
    let _ = handler::decode(text, 1, limits).map(|data| handler::encode_changed(&data, text, limits));
    let Ok(tree) = read(text, limits) else { return };
    let _ = ruby::value(&tree, limits);
    let written = write(&tree);
    let roomy = Limits { max_bytes: 1 << 24, ..limits };
    let again = read(&written, roomy).unwrap_or_else(|error| panic!("{error}\n{text:?}\n{written:?}\n{tree:#?}"));
    assert_eq!(meaning(&again), meaning(&tree), "\n{text:?}\n{written:?}");
    assert_eq!(write(&again), written, "\n{text:?}");
}

/// The tree without what may be written differently: quotes, brackets, numbers of anchors.
fn meaning(node: &Node) -> String {
    let tag = node.tag.as_deref();
    let anchor = node.anchor.as_ref().map(|anchor| &anchor.name);
    let content = match &node.content {
        Content::Scalar { text, style } => {
            let reads_as_bare = *style == ScalarStyle::Plain && tag.is_none() || tag == Some("!");
            let is_bare = reads_as_bare && !matches!(resolve(text), Plain::Text(_));
            return format!("{anchor:?} {:?} {is_bare} {text:?}", tag.filter(|tag| *tag != "!"));
        }
        Content::Sequence { items, .. } => format!("{:?}", items.iter().map(meaning).collect::<Vec<_>>()),
        Content::Mapping { pairs, .. } => {
            format!("{:?}", pairs.iter().map(|(key, value)| (meaning(key), meaning(value))).collect::<Vec<_>>())
        }
        Content::Alias(anchor) => format!("*{}", anchor.name),
    };
    format!("{anchor:?} {tag:?} {content}")
}
