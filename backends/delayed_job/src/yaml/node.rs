//! The tree: what a document says and how it says it, and nothing built from it.

/// A node as it was read or shall be written.
///
/// Tags are words of the document, never types: nothing in this crate makes an object because a tag names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The resolved tag, for example `!ruby/object:User` or `tag:yaml.org,2002:str`. `!` alone says that a quoted scalar
    /// is to be read as if it were plain.
    pub tag: Option<String>,
    /// The name under which aliases refer to the node.
    pub anchor: Option<Anchor>,
    /// What it is.
    pub content: Content,
}

/// The name of a node.
///
/// A document may use a name anew, so the name alone does not tell which node an alias means: the number does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// Names one node of the document.
    pub number: usize,
    /// As it is written.
    pub name: String,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text. What it means depends on the tag, and without one on the style.
    Scalar {
        /// The text, without quotes, indents and escapes.
        text: String,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A list.
    Sequence {
        /// Its elements.
        items: Vec<Node>,
        /// How it is written.
        layout: Layout,
    },
    /// Keys and values in the order of the document; a key may occur twice.
    Mapping {
        /// Its pairs.
        pairs: Vec<(Node, Node)>,
        /// How it is written.
        layout: Layout,
    },
    /// The node with that anchor once more.
    Alias(Anchor),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Bare.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// On lines of its own. Empty ones are written `[]` and `{}`.
    Block,
    /// Between brackets.
    Flow,
}

impl Node {
    /// A node without tag and anchor.
    pub fn new(content: Content) -> Self {
        Self { tag: None, anchor: None, content }
    }

    /// A scalar without tag and anchor.
    pub fn scalar(text: impl Into<String>, style: ScalarStyle) -> Self {
        Self::new(Content::Scalar { text: text.into(), style })
    }

    /// A list on lines of its own.
    pub fn sequence(items: Vec<Self>) -> Self {
        Self::new(Content::Sequence { items, layout: Layout::Block })
    }

    /// A map on lines of its own.
    pub fn mapping(pairs: Vec<(Self, Self)>) -> Self {
        Self::new(Content::Mapping { pairs, layout: Layout::Block })
    }

    /// The same with a tag.
    #[must_use]
    pub fn tagged(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// The pairs of a map.
    pub fn pairs(&self) -> Option<&[(Self, Self)]> {
        match &self.content {
            Content::Mapping { pairs, .. } => Some(pairs),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn items(&self) -> Option<&[Self]> {
        match &self.content {
            Content::Sequence { items, .. } => Some(items),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value under a key that is written as this text. Where a key occurs twice, the last one counts, as in Ruby.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.pairs()?.iter().rev().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// What follows a prefix of the tag, for example `User` after `!ruby/object:`.
    pub fn tag_after(&self, prefix: &str) -> Option<&str> {
        self.tag.as_deref()?.strip_prefix(prefix)
    }
}
