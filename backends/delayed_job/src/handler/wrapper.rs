//! The object in which Active Job's adapter wraps a payload.

use std::collections::HashMap;

use egret_core::JobData;
use serde_json::value::RawValue;

use super::json::{Form, Object, node};
use super::{HandlerError, payload};
use crate::ruby::{self, Value};
use crate::yaml::{self, Content, Limits, Node};

/// The class (Active Job 8.1, `queue_adapters/delayed_job_adapter.rb`; delayed_job 4.2 keeps the name).
const CLASS: &str = "ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper";
/// Its only variable.
const JOB_DATA: &str = "job_data";

pub(super) fn is_wrapper(class: &str) -> bool {
    class == CLASS
}

pub(super) fn decode(variables: &[(String, Value)]) -> Result<JobData, HandlerError> {
    let data = variables.iter().find(|(name, _)| name == JOB_DATA).map_or(&Value::Null, |(_, value)| value);
    serde_json::from_str(&payload::json(data)).map_err(HandlerError::NoPayload)
}

pub(super) fn encode(data: &JobData) -> Result<Node, HandlerError> {
    let text = serde_json::to_string(data).expect("a payload is JSON");
    let data = node(&text, Form::Payload)?;
    Ok(Node::mapping(vec![(yaml::string(JOB_DATA), data)]).tagged(format!("!ruby/object:{CLASS}")))
}

/// The tree with the payload's values, except where they are as they were. `None` when it is no wrapper.
pub(super) fn change(mut tree: Node, data: &JobData, limits: Limits) -> Result<Option<Node>, HandlerError> {
    let Value::Object { class, variables } = ruby::value(&tree, limits)? else { return Ok(None) };
    let Some(old) = tree.get(JOB_DATA).and_then(Node::pairs).filter(|_| is_wrapper(&class)) else { return Ok(None) };
    let before: HashMap<String, Box<RawValue>> = payload_pairs(&decode(&variables)?).into_iter().collect();
    let is_unchanged = |key: &str, value: &RawValue| before.get(key).is_some_and(|before| before.get() == value.get());
    // Of equal keys the last one counts.
    let named = old.iter().enumerate().filter_map(|(place, (name, _))| Some((name.text()?, place)));
    let places: HashMap<&str, usize> = named.collect();
    let mut pairs = Vec::new();
    for (key, value) in payload_pairs(data) {
        let place = places.get(key.as_str()).copied();
        let new = match place.filter(|_| is_unchanged(&key, &value)) {
            Some(place) => old[place].clone(),
            None => (yaml::string(&key), node(value.get(), Form::Payload)?),
        };
        pairs.push((place.unwrap_or(usize::MAX), new));
    }
    pairs.sort_by_key(|(place, _)| *place);
    if let Content::Mapping { pairs: variables, .. } = &mut tree.content
        && let Some((_, value)) = variables.iter_mut().rev().find(|(name, _)| name.text() == Some(JOB_DATA))
        && let Content::Mapping { pairs: written, .. } = &mut value.content
    {
        *written = pairs.into_iter().map(|(_, pair)| pair).collect();
    }
    Ok(Some(tree))
}

fn payload_pairs(data: &JobData) -> Vec<(String, Box<RawValue>)> {
    let text = serde_json::to_string(data).expect("a payload is JSON");
    serde_json::from_str::<Object>(&text).expect("a payload is a JSON object").0
}
