//! What tags mean (Psych 4.0, `visitors/to_ruby.rb`).

use super::build::{Builder, plain_value};
use super::{Value, decimal};
use crate::yaml::{Content, Node, Plain, YamlError, resolve};

/// What a node with a tag means.
pub(super) fn value<'a>(builder: &mut Builder<'a>, node: &'a Node, tag: &str) -> Result<Value, YamlError> {
    let found = match &node.content {
        Content::Scalar { text, .. } => scalar(text, tag),
        Content::Sequence { items, .. } => sequence(builder, items, tag)?,
        Content::Mapping { pairs, .. } => mapping(builder, node, pairs, tag)?,
        Content::Alias(_) => None,
    };
    match found {
        Some(value) => Ok(value),
        None => builder.unknown(node),
    }
}

fn scalar(text: &str, tag: &str) -> Option<Value> {
    let owned = || text.to_owned();
    Some(match tag {
        "!str" | "tag:yaml.org,2002:str" | "!ruby/string" => Value::Text(owned()),
        "!binary" | "tag:yaml.org,2002:binary" => Value::Binary(text.split_whitespace().collect()),
        "!ruby/sym" | "!ruby/symbol" | "!sym" => Value::Symbol(owned()),
        "!ruby/class" => Value::Class(owned()),
        "!ruby/module" => Value::Module(owned()),
        "!ruby/regexp" => Value::Regexp(owned()),
        "!ruby/object:BigDecimal" => Value::Decimal(decimal::plain_notation(text)?),
        "!ruby/object:DateTime" => match resolve(text) {
            Plain::Time(moment) => Value::DateTime(moment),
            _ => return None,
        },
        "!ruby/range" => range_of_text(text)?,
        "!float" | "tag:yaml.org,2002:float" => match plain_value(resolve(text)) {
            Value::Integer(digits) => Value::Float(digits.parse().ok()?),
            other => other,
        },
        "tag:yaml.org,2002:int" | "tag:yaml.org,2002:bool" | "tag:yaml.org,2002:null" => plain_value(resolve(text)),
        _ if is_variant(tag, "!str") || is_variant(tag, "!ruby/string") => Value::Text(owned()),
        _ => return None,
    })
}

/// `1..5`, `a...c`.
fn range_of_text(text: &str) -> Option<Value> {
    let (begin, end) = text.split_once("..")?;
    let (end, excludes_end) = end.strip_prefix('.').map_or((end, false), |end| (end, true));
    let bounds = [begin, end].map(|bound| plain_value(resolve(bound)));
    Some(Value::Range { bounds: Box::new(bounds), excludes_end })
}

fn sequence<'a>(builder: &mut Builder<'a>, items: &'a [Node], tag: &str) -> Result<Option<Value>, YamlError> {
    let is_list = tag == "tag:yaml.org,2002:seq" || is_variant(tag, "!ruby/array") || tag == "!ruby/array";
    Ok(if is_list { Some(Value::List(builder.values(items)?)) } else { None })
}

type Pairs = [(Node, Node)];

fn mapping<'a>(
    builder: &mut Builder<'a>,
    node: &'a Node,
    pairs: &'a Pairs,
    tag: &str,
) -> Result<Option<Value>, YamlError> {
    if let Some(class) = tag.strip_prefix("!ruby/struct:") {
        let members = builder.variables(pairs)?;
        return Ok(Some(Value::Struct { class: class.to_owned(), members }));
    }
    if let Some(class) = tag.strip_prefix("!ruby/ActiveRecord:") {
        return record(builder, node, class);
    }
    if let Some(class) = tag.strip_prefix("!ruby/object:") {
        return object(builder, node, pairs, class).map(Some);
    }
    if let Some(class) = tag.strip_prefix("!ruby/exception:") {
        let variables = builder.variables(pairs)?;
        return Ok(Some(Value::Object { class: class.to_owned(), variables }));
    }
    Ok(match tag {
        "tag:yaml.org,2002:map" => Some(Value::Map(builder.pairs(pairs)?)),
        "!ruby/hash:ActiveSupport::HashWithIndifferentAccess" => Some(Value::IndifferentMap(builder.pairs(pairs)?)),
        "!ruby/range" => range(builder, node)?,
        "!ruby/set" | "!ruby/set:Set" => Some(Value::Set(keys(builder, pairs)?)),
        _ if tag == "!ruby/hash" || is_variant(tag, "!ruby/hash") => Some(Value::Map(builder.pairs(pairs)?)),
        _ => None,
    })
}

fn object<'a>(builder: &mut Builder<'a>, node: &'a Node, pairs: &'a Pairs, class: &str) -> Result<Value, YamlError> {
    let known = match class {
        "Rational" => two(builder, node, ["numerator", "denominator"])?.map(Value::Rational),
        "Complex" => two(builder, node, ["real", "image"])?.map(Value::Complex),
        "Set" => match node.get("hash").and_then(Node::pairs) {
            Some(pairs) => Some(Value::Set(keys(builder, pairs)?)),
            None => None,
        },
        _ => record(builder, node, class)?,
    };
    match known {
        Some(value) => Ok(value),
        None => Ok(Value::Object { class: class.to_owned(), variables: builder.variables(pairs)? }),
    }
}

/// A record by its key, in the three shapes in which Active Record has dumped its attributes.
fn record<'a>(builder: &mut Builder<'a>, node: &'a Node, class: &str) -> Result<Option<Value>, YamlError> {
    let Some(key) =
        concise_key(node).or_else(|| key_of_map(node, "attributes")).or_else(|| key_of_map(node, "raw_attributes"))
    else {
        return Ok(None);
    };
    let id = builder.value(key)?;
    Ok(Some(Value::Record { class: class.to_owned(), id: Box::new(id) }))
}

fn concise_key(node: &Node) -> Option<&Node> {
    let attributes = node.get("concise_attributes")?.items()?;
    let id = attributes.iter().find(|attribute| attribute.get("name").and_then(Node::text) == Some("id"))?;
    id.get("value_before_type_cast")
}

fn key_of_map<'a>(node: &'a Node, attributes: &str) -> Option<&'a Node> {
    node.get(attributes)?.get("id")
}

fn range<'a>(builder: &mut Builder<'a>, node: &'a Node) -> Result<Option<Value>, YamlError> {
    let Some(bounds) = two(builder, node, ["begin", "end"])? else { return Ok(None) };
    let excludes_end = match node.get("excl") {
        Some(flag) => builder.value(flag)? == Value::Bool(true),
        None => false,
    };
    Ok(Some(Value::Range { bounds, excludes_end }))
}

fn two<'a>(builder: &mut Builder<'a>, node: &'a Node, names: [&str; 2]) -> Result<Option<Box<[Value; 2]>>, YamlError> {
    let [Some(first), Some(second)] = names.map(|name| node.get(name)) else { return Ok(None) };
    Ok(Some(Box::new([builder.value(first)?, builder.value(second)?])))
}

fn keys<'a>(builder: &mut Builder<'a>, pairs: &'a Pairs) -> Result<Vec<Value>, YamlError> {
    Ok(builder.pairs(pairs)?.into_iter().map(|(key, _)| key).collect())
}

/// Whether the tag names a subclass: `!ruby/array:List`.
fn is_variant(tag: &str, base: &str) -> bool {
    tag.strip_prefix(base).is_some_and(|rest| rest.starts_with(':'))
}
