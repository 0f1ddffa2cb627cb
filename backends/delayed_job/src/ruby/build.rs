//! From a tree to what it means, following aliases within the limits.

use std::collections::HashMap;

use super::{Value, merge, tagged};
use crate::yaml::{Content, Limits, Node, Plain, ScalarStyle, YamlError, resolve};

/// What a node means to Ruby.
///
/// # Errors
/// When following its aliases exceeds the limits, as an alias within the node that it names always does.
pub fn value(root: &Node, limits: Limits) -> Result<Value, YamlError> {
    let mut anchored = HashMap::new();
    collect_anchors(root, &mut anchored);
    Builder { limits, anchored, n_values: 0, n_bytes: 0, depth: 0 }.value(root)
}

/// Follows a document.
pub(super) struct Builder<'a> {
    limits: Limits,
    anchored: HashMap<usize, &'a Node>,
    n_values: usize,
    n_bytes: usize,
    depth: usize,
}

fn collect_anchors<'a>(node: &'a Node, found: &mut HashMap<usize, &'a Node>) {
    if let Some(anchor) = &node.anchor {
        found.insert(anchor.number, node);
    }
    for item in node.items().unwrap_or_default() {
        collect_anchors(item, found);
    }
    for (key, value) in node.pairs().unwrap_or_default() {
        collect_anchors(key, found);
        collect_anchors(value, found);
    }
}

impl<'a> Builder<'a> {
    pub(super) fn value(&mut self, node: &'a Node) -> Result<Value, YamlError> {
        self.charge(node)?;
        if self.depth > self.limits.max_depth {
            return Err(YamlError::TooDeep { limit: self.limits.max_depth });
        }
        self.depth += 1;
        let value = match (&node.content, node.tag.as_deref()) {
            (Content::Alias(anchor), _) => match self.anchored.get(&anchor.number).copied() {
                Some(named) => self.value(named),
                None => self.unknown(node),
            },
            (_, Some(tag)) if tag != "!" => tagged::value(self, node, tag),
            _ => self.untagged(node),
        };
        self.depth -= 1;
        value
    }

    /// A node that is kept as it is.
    pub(super) fn unknown(&mut self, node: &'a Node) -> Result<Value, YamlError> {
        self.charge_children(node)?;
        Ok(Value::Unknown(Box::new(node.clone())))
    }

    fn charge_children(&mut self, node: &Node) -> Result<(), YamlError> {
        let keys_and_values = node.pairs().unwrap_or_default().iter().flat_map(|(key, value)| [key, value]);
        for child in node.items().unwrap_or_default().iter().chain(keys_and_values) {
            self.charge(child)?;
            self.charge_children(child)?;
        }
        Ok(())
    }

    /// Counts a node once more.
    fn charge(&mut self, node: &Node) -> Result<(), YamlError> {
        self.n_values += 1;
        self.n_bytes += node.text().map_or(0, str::len) + node.tag.as_ref().map_or(0, String::len);
        if self.n_values > self.limits.max_nodes {
            return Err(YamlError::TooManyNodes { limit: self.limits.max_nodes });
        }
        if self.n_bytes > self.limits.max_bytes {
            return Err(YamlError::TooMuchText { limit: self.limits.max_bytes });
        }
        Ok(())
    }

    /// What a node means when its tag is left out.
    pub(super) fn untagged(&mut self, node: &'a Node) -> Result<Value, YamlError> {
        match &node.content {
            Content::Scalar { text, style } => {
                let is_bare = *style == ScalarStyle::Plain || node.tag.as_deref() == Some("!");
                Ok(if is_bare { plain_value(resolve(text)) } else { Value::Text(text.clone()) })
            }
            Content::Sequence { items, .. } => Ok(Value::List(self.values(items)?)),
            Content::Mapping { pairs, .. } => Ok(Value::Map(self.pairs(pairs)?)),
            Content::Alias(_) => self.value(node),
        }
    }

    pub(super) fn values(&mut self, items: &'a [Node]) -> Result<Vec<Value>, YamlError> {
        items.iter().map(|item| self.value(item)).collect()
    }

    /// The pairs of a hash: of equal keys the last one counts, in the place of the first; merge keys are merged.
    pub(super) fn pairs(&mut self, pairs: &'a [(Node, Node)]) -> Result<Vec<(Value, Value)>, YamlError> {
        let mut hash = merge::Hash::default();
        for (key, node) in pairs {
            let value = self.value(node)?;
            match merge::is_merge_key(key) {
                true => hash.merge(value),
                false => hash.set(self.value(key)?, value),
            }
        }
        Ok(hash.into_pairs())
    }

    /// The variables of an object or the members of a struct. Their names are the keys' texts, whatever these look like; of
    /// equal names the last one counts, in the place of the first.
    pub(super) fn variables(&mut self, pairs: &'a [(Node, Node)]) -> Result<Vec<(String, Value)>, YamlError> {
        let mut variables: Vec<(String, Value)> = Vec::with_capacity(pairs.len());
        let mut places = HashMap::with_capacity(pairs.len());
        for (key, node) in pairs {
            self.charge(key)?;
            let name = key.text().unwrap_or_default();
            let value = self.value(node)?;
            let place = *places.entry(name).or_insert(variables.len());
            match variables.get_mut(place) {
                Some(variable) => variable.1 = value,
                None => variables.push((name.to_owned(), value)),
            }
        }
        Ok(variables)
    }
}

pub(super) fn plain_value(plain: Plain) -> Value {
    match plain {
        Plain::Null => Value::Null,
        Plain::Bool(truth) => Value::Bool(truth),
        Plain::Integer(digits) => Value::Integer(digits),
        Plain::Float(number) => Value::Float(number),
        Plain::Symbol(name) => Value::Symbol(name),
        Plain::Date(day) => Value::Date(day),
        Plain::Time(moment) => Value::Time(moment),
        Plain::Text(text) => Value::Text(text),
    }
}
