//! Reading a text into the tree.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle as ParsedStyle, ScanError, Span, StrInput, StructureStyle, Tag};

use super::breaks::is_odd_break;
use super::{Anchor, Content, Layout, Limits, Node, ScalarStyle, YamlError};

/// Reads the first document of a text. Further ones are ignored, as `Psych.load` does.
///
/// # Errors
/// When it is no YAML or exceeds the limits.
pub fn read(text: &str, limits: Limits) -> Result<Node, YamlError> {
    if text.len() > limits.max_bytes {
        return Err(YamlError::TooLong { n_bytes: text.len(), limit: limits.max_bytes });
    }
    Reader::new(text, limits).document()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    limits: Limits,
    n_nodes: usize,
    names: HashMap<usize, String>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, limits: Limits) -> Self {
        // The two last are what libyaml does, which Ruby reads with.
        let options = granit_parser::options! {
            emit_anchor_events: true,
            flow_nesting_limit: limits.max_depth + 1,
            block_nesting_limit: limits.max_depth + 1,
            bom_inside_document_as_content: true,
            block_scalar_eof_without_line_feed: true,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        Self { parser, limits, n_nodes: 0, names: HashMap::new() }
    }

    fn document(mut self) -> Result<Node, YamlError> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd | Event::DocumentEnd, _) => return Err(YamlError::Empty),
                (event, span) => return self.node(event, span, 0),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, YamlError> {
        self.n_nodes += 1;
        if self.n_nodes > self.limits.max_nodes {
            return Err(YamlError::TooManyNodes { limit: self.limits.max_nodes });
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let anchor = self.anchor(anchor)?;
                // An empty value arrives as `~`; only its place tells it from one that is written so.
                let is_absent = style == ParsedStyle::Plain && span.is_empty();
                let text = if is_absent { String::new() } else { text.into_owned() };
                let style = scalar_style(style);
                let content = Content::Scalar { text: without_folds(text, style, span.indent), style };
                Ok(Node { tag: tag.map(|tag| tag_text(&tag)), anchor, content })
            }
            Event::SequenceStart(style, anchor, tag) => {
                let anchor = self.anchor(anchor)?;
                let content = Content::Sequence { items: self.items(depth + 1)?, layout: layout(style) };
                Ok(Node { tag: tag.map(|tag| tag_text(&tag)), anchor, content })
            }
            Event::MappingStart(style, anchor, tag) => {
                let anchor = self.anchor(anchor)?;
                let content = Content::Mapping { pairs: self.pairs(depth + 1)?, layout: layout(style) };
                Ok(Node { tag: tag.map(|tag| tag_text(&tag)), anchor, content })
            }
            Event::Alias(number) => {
                let name = self.names.get(&number).cloned().unwrap_or_else(|| number.to_string());
                Ok(Node::new(Content::Alias(Anchor { number, name })))
            }
            other => Err(syntax(format!("unexpected {other:?}"), span)),
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, YamlError> {
        self.check_depth(depth)?;
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span, depth)?),
            }
        }
    }

    fn pairs(&mut self, depth: usize) -> Result<Vec<(Node, Node)>, YamlError> {
        self.check_depth(depth)?;
        let mut pairs = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(pairs),
                (event, span) => self.node(event, span, depth)?,
            };
            let (event, span) = self.next()?;
            pairs.push((key, self.node(event, span, depth)?));
        }
    }

    fn check_depth(&self, depth: usize) -> Result<(), YamlError> {
        match depth > self.limits.max_depth {
            true => Err(YamlError::TooDeep { limit: self.limits.max_depth }),
            false => Ok(()),
        }
    }

    /// The name of a node that has an anchor; it comes as an event of its own right after that of the node.
    fn anchor(&mut self, number: usize) -> Result<Option<Anchor>, YamlError> {
        if number == 0 {
            return Ok(None);
        }
        match self.next()? {
            (Event::Anchor(named, name), _) if named == number => {
                let name = name.into_owned();
                self.names.insert(number, name.clone());
                Ok(Some(Anchor { number, name }))
            }
            (other, span) => Err(syntax(format!("unexpected {other:?}"), span)),
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.refusal(&error)),
            None => Err(YamlError::Empty),
        }
    }

    fn refusal(&self, error: &ScanError) -> YamlError {
        if matches!(error.kind(), granit_parser::ErrorKind::RecursionLimitExceeded) {
            return YamlError::TooDeep { limit: self.limits.max_depth };
        }
        let marker = error.marker();
        YamlError::Syntax { message: error.info().to_string(), line: marker.line(), column: marker.col() + 1 }
    }
}

/// Takes out the blanks around line ends that are none in YAML 1.2, but are to libyaml: U+0085, U+2028, U+2029.
fn without_folds(text: String, style: ScalarStyle, indent: Option<usize>) -> String {
    if !text.contains(is_odd_break) || style == ScalarStyle::DoubleQuoted {
        return text;
    }
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    let mut joined = String::with_capacity(text.len());
    let mut n_to_skip = 0;
    for character in text.chars() {
        if character == ' ' && n_to_skip > 0 {
            n_to_skip -= 1;
            continue;
        }
        n_to_skip = 0;
        if is_odd_break(character) {
            n_to_skip = if is_block { indent.unwrap_or(0) } else { usize::MAX };
            if !is_block {
                joined.truncate(joined.trim_end_matches([' ', '\t']).len());
            }
        }
        joined.push(character);
    }
    joined
}

fn syntax(message: String, span: Span) -> YamlError {
    YamlError::Syntax { message, line: span.start.line(), column: span.start.col() + 1 }
}

fn tag_text(tag: &Tag) -> String {
    format!("{}{}", tag.handle(), tag.suffix())
}

fn scalar_style(style: ParsedStyle) -> ScalarStyle {
    match style {
        ParsedStyle::Plain => ScalarStyle::Plain,
        ParsedStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        ParsedStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        ParsedStyle::Literal => ScalarStyle::Literal,
        ParsedStyle::Folded => ScalarStyle::Folded,
    }
}

fn layout(style: StructureStyle) -> Layout {
    match style {
        StructureStyle::Block => Layout::Block,
        StructureStyle::Flow => Layout::Flow,
    }
}
