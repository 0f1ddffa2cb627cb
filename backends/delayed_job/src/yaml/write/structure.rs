//! Writing lists, maps and what stands before a node.

use super::ink::{Indicator, Ink};
use super::scalar::Folding;
use super::shape::Shape;
use crate::yaml::breaks::is_odd_break;
use crate::yaml::{Content, Layout, Node, Plain, ScalarStyle, resolve};

/// The longest key that stands before its colon, in bytes with anchor and tag (libyaml, `emitter.c`).
const LONGEST_SIMPLE_KEY: usize = 128;
/// What `!!` stands for.
const CORE_TAGS: &str = "tag:yaml.org,2002:";

#[derive(Debug, Default)]
pub(super) struct Writer {
    ink: Ink,
    flow_depth: usize,
    /// The last block that was written keeps empty lines at its end. libyaml then ends the document by a marker, whatever
    /// came after that block.
    is_open_ended: bool,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The whole document, an element of a list, or a key behind `?`.
    Entry,
    /// Behind the colon of a key, or behind that of a `?`.
    Value,
    /// Before a colon.
    Key,
}

impl Writer {
    pub(super) fn document(mut self, root: &Node) -> String {
        self.ink.indicator("---", Indicator::Tight);
        self.node(root, Place::Entry);
        self.ink.go_to_indent();
        let mut text = self.ink.into_text();
        if self.is_open_ended {
            text.push_str("...\n");
        }
        text
    }

    fn node(&mut self, node: &Node, place: Place) {
        match &node.content {
            Content::Alias(anchor) => {
                self.ink.indicator(&format!("*{}", anchor.name), Indicator::Word);
                if place == Place::Key {
                    self.ink.put(' ');
                }
            }
            Content::Scalar { text, style } => self.scalar(node, text, *style, place),
            Content::Sequence { items, layout } => {
                self.properties(node, node.tag.as_deref());
                match *layout == Layout::Flow || items.is_empty() || self.flow_depth > 0 {
                    true => self.flow_sequence(items),
                    false => self.block_sequence(items, place),
                }
            }
            Content::Mapping { pairs, layout } => {
                self.properties(node, node.tag.as_deref());
                match *layout == Layout::Flow || pairs.is_empty() || self.flow_depth > 0 {
                    true => self.flow_mapping(pairs),
                    false => self.block_mapping(pairs),
                }
            }
        }
    }

    fn scalar(&mut self, node: &Node, text: &str, wanted: ScalarStyle, place: Place) {
        let tag = node.tag.as_deref();
        let style = self.possible_style(text, wanted, tag, place);
        // What is no string when it is bare must not become one by its quotes.
        let is_no_string = wanted == ScalarStyle::Plain && !matches!(resolve(text), Plain::Text(_));
        let tag_of_bare = tag.is_none() && style != ScalarStyle::Plain && is_no_string;
        self.properties(node, if tag_of_bare { Some("!") } else { tag });
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            self.is_open_ended = text == "\n" || text.ends_with("\n\n");
        }
        let outer = self.ink.indent;
        self.ink.indent = Some(outer.map_or(2, |indent| indent + 2));
        let folding = if place == Place::Key { Folding::Forbidden } else { Folding::Allowed };
        match style {
            ScalarStyle::Plain => self.ink.plain(text, folding, self.flow_depth > 0),
            ScalarStyle::SingleQuoted => self.ink.single_quoted(text, folding),
            ScalarStyle::DoubleQuoted => self.ink.double_quoted(text, folding),
            ScalarStyle::Literal => self.ink.literal(text),
            ScalarStyle::Folded => self.ink.folded(text),
        }
        self.ink.indent = outer;
    }

    fn possible_style(&self, text: &str, wanted: ScalarStyle, tag: Option<&str>, place: Place) -> ScalarStyle {
        let shape = Shape::of(text);
        let is_in_flow = self.flow_depth > 0;
        // libyaml leaves line ends of YAML 1.1 alone bare; escaped they are the same in every version.
        if text.contains(is_odd_break) || place == Place::Key && shape.has_breaks {
            return ScalarStyle::DoubleQuoted;
        }
        let style = match wanted {
            ScalarStyle::Plain => {
                let fits = if is_in_flow { shape.plain_in_flow } else { shape.plain_in_block };
                let vanishes = text.is_empty() && (is_in_flow || place == Place::Key);
                // Behind the tag `!`, only quotes keep a text from meaning what it would mean without the tag.
                let needs_quotes = tag == Some("!");
                if fits && !vanishes && !needs_quotes { ScalarStyle::Plain } else { ScalarStyle::SingleQuoted }
            }
            ScalarStyle::Literal | ScalarStyle::Folded if !shape.block || is_in_flow || place == Place::Key => {
                ScalarStyle::DoubleQuoted
            }
            other => other,
        };
        match style {
            ScalarStyle::SingleQuoted if !shape.single_quoted => ScalarStyle::DoubleQuoted,
            other => other,
        }
    }

    fn properties(&mut self, node: &Node, tag: Option<&str>) {
        if let Some(anchor) = &node.anchor {
            self.ink.indicator(&format!("&{}", anchor.name), Indicator::Word);
        }
        if let Some(tag) = tag {
            self.ink.indicator(&tag_text(tag), Indicator::Word);
        }
    }

    fn block_sequence(&mut self, items: &[Node], place: Place) {
        let outer = self.ink.indent;
        let stands_at_the_key = place == Place::Value && !self.ink.is_indention;
        self.ink.indent = Some(match outer {
            None => 0,
            Some(indent) if stands_at_the_key => indent,
            Some(indent) => indent + 2,
        });
        for item in items {
            self.ink.go_to_indent();
            self.ink.indicator("-", Indicator::Entry);
            self.node(item, Place::Entry);
        }
        self.ink.indent = outer;
    }

    fn block_mapping(&mut self, pairs: &[(Node, Node)]) {
        let outer = self.ink.indent;
        self.ink.indent = Some(outer.map_or(0, |indent| indent + 2));
        for (key, value) in pairs {
            self.ink.go_to_indent();
            if is_simple_key(key) {
                self.node(key, Place::Key);
                self.ink.indicator(":", Indicator::Tight);
            } else {
                self.ink.indicator("?", Indicator::Entry);
                self.node(key, Place::Value);
                self.ink.go_to_indent();
                self.ink.indicator(":", Indicator::Entry);
            }
            self.node(value, Place::Value);
        }
        self.ink.indent = outer;
    }

    fn flow_sequence(&mut self, items: &[Node]) {
        let outer = self.open("[");
        for (index, item) in items.iter().enumerate() {
            self.separate(index);
            self.node(item, Place::Entry);
        }
        self.close("]", outer);
    }

    fn flow_mapping(&mut self, pairs: &[(Node, Node)]) {
        let outer = self.open("{");
        for (index, (key, value)) in pairs.iter().enumerate() {
            self.separate(index);
            if is_simple_key(key) {
                self.node(key, Place::Key);
                self.ink.indicator(":", Indicator::Tight);
            } else {
                self.ink.indicator("?", Indicator::Word);
                self.node(key, Place::Value);
                if self.ink.is_wide() {
                    self.ink.go_to_indent();
                }
                self.ink.indicator(":", Indicator::Word);
            }
            self.node(value, Place::Value);
        }
        self.close("}", outer);
    }

    fn open(&mut self, bracket: &str) -> Option<usize> {
        self.ink.indicator(bracket, Indicator::Open);
        let outer = self.ink.indent;
        self.ink.indent = Some(outer.map_or(2, |indent| indent + 2));
        self.flow_depth += 1;
        outer
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.ink.indicator(",", Indicator::Tight);
        }
        if self.ink.is_wide() {
            self.ink.go_to_indent();
        }
    }

    fn close(&mut self, bracket: &str, outer: Option<usize>) {
        self.flow_depth -= 1;
        self.ink.indent = outer;
        self.ink.indicator(bracket, Indicator::Tight);
    }
}

/// Whether a key can stand before its colon.
fn is_simple_key(key: &Node) -> bool {
    let anchor = key.anchor.as_ref().map_or(0, |anchor| anchor.name.len());
    let tag = key.tag.as_deref().map_or(0, |tag| tag.strip_prefix(CORE_TAGS).map_or(tag.len(), |rest| rest.len() + 2));
    let text = match &key.content {
        Content::Alias(anchor) => anchor.name.len(),
        Content::Scalar { text, .. } if Shape::of(text).has_breaks => return false,
        Content::Scalar { text, .. } => text.len(),
        Content::Sequence { items, .. } if !items.is_empty() => return false,
        Content::Mapping { pairs, .. } if !pairs.is_empty() => return false,
        Content::Sequence { .. } | Content::Mapping { .. } => 0,
    };
    anchor + tag + text <= LONGEST_SIMPLE_KEY
}

/// A tag as it is written. Characters that have no place in a tag are escaped, so that none can end it.
fn tag_text(tag: &str) -> String {
    if let Some(suffix) = tag.strip_prefix(CORE_TAGS).filter(|suffix| !suffix.is_empty()) {
        return format!("!!{}", escaped_tag(suffix));
    }
    match tag.strip_prefix('!') {
        Some(suffix) => format!("!{}", escaped_tag(suffix)),
        None => format!("!<{}>", escaped_tag(tag)),
    }
}

fn escaped_tag(suffix: &str) -> String {
    let mut text = String::with_capacity(suffix.len());
    for byte in suffix.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => text.push(char::from(byte)),
            _ if b"-_;/?:@&=+$.~*'()".contains(&byte) => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
