//! Jobs for Ruby that no class of Active Job stands for: a call of a method, a struct.

use egret_core::JobData;
use serde_json::value::RawValue;

use super::json::{Form, node};
use super::{HandlerError, native};
use crate::yaml::{self, Limits, Node, ScalarStyle};

/// A call of a class's method, as `User.delay.sweep(…)` stores it.
///
/// ```
/// use egret_delayed_job::handler::MethodCall;
///
/// let arguments = serde_json::value::RawValue::from_string(r#"["quickly"]"#.to_owned())?;
/// let call = MethodCall { class: "User".into(), method: "sweep".into(), arguments };
/// assert_eq!(
///     call.to_yaml()?,
///     "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class 'User'\nmethod_name: :sweep\nargs:\n- quickly\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MethodCall {
    /// The class, for example `Billing::Invoice`.
    pub class: String,
    /// Its method, for example `sweep!`.
    pub method: String,
    /// A JSON array as Active Job serializes arguments. Symbols and hashes with symbols as keys become Ruby's; what other
    /// serializers wrote stays a hash.
    pub arguments: Box<RawValue>,
}

/// A struct that performs, as `Delayed::Job.enqueue NewsletterJob.new(…)` stores it.
#[derive(Clone, Debug)]
pub struct StructJob {
    /// The struct's class.
    pub class: String,
    /// A JSON object with its members in their order.
    pub members: Box<RawValue>,
}

impl MethodCall {
    /// The handler.
    ///
    /// # Errors
    /// When a name is none that Ruby could have, or the arguments are no array.
    pub fn to_yaml(&self) -> Result<String, HandlerError> {
        check(&self.class, "a class", is_class_name)?;
        check(&self.method, "a method", is_method_name)?;
        let arguments = node(self.arguments.get(), Form::Values)?;
        if arguments.items().is_none() {
            return Err(HandlerError::IncompleteCall { part: "args" });
        }
        let class = Node::scalar(self.class.clone(), ScalarStyle::SingleQuoted).tagged("!ruby/class");
        let call = Node::mapping(vec![
            (yaml::string("object"), class),
            (yaml::string("method_name"), yaml::symbol(&self.method)),
            (yaml::string("args"), arguments),
        ]);
        Ok(yaml::write(&call.tagged(format!("!ruby/object:{}", native::METHOD))))
    }

    /// The job, to be enqueued.
    ///
    /// # Errors
    /// As of [`to_yaml`](Self::to_yaml).
    pub fn to_job(&self) -> Result<JobData, HandlerError> {
        job(&self.to_yaml()?)
    }
}

impl StructJob {
    /// The handler.
    ///
    /// # Errors
    /// When the class's name is none that Ruby could have, or the members are no object.
    pub fn to_yaml(&self) -> Result<String, HandlerError> {
        check(&self.class, "a class", is_class_name)?;
        let members = node(self.members.get(), Form::Values)?;
        if members.pairs().is_none() {
            return Err(HandlerError::NoJob { class: self.class.clone() });
        }
        Ok(yaml::write(&members.tagged(format!("!ruby/struct:{}", self.class))))
    }

    /// The job, to be enqueued.
    ///
    /// # Errors
    /// As of [`to_yaml`](Self::to_yaml).
    pub fn to_job(&self) -> Result<JobData, HandlerError> {
        job(&self.to_yaml()?)
    }
}

fn job(text: &str) -> Result<JobData, HandlerError> {
    let mut data = super::decode(text, 0, Limits::default())?;
    data.job_id = egret_core::JobId::generate();
    Ok(data)
}

fn check(name: &str, expected: &'static str, is_fit: fn(&str) -> bool) -> Result<(), HandlerError> {
    match is_fit(name) {
        true => Ok(()),
        false => Err(HandlerError::BadName { name: name.to_owned(), expected }),
    }
}

/// Names of constants with `::` between them.
fn is_class_name(name: &str) -> bool {
    name.split("::").all(|part| part.starts_with(|first: char| first.is_uppercase()) && is_word(part))
}

fn is_method_name(name: &str) -> bool {
    let name = name.strip_suffix(['?', '!', '=']).unwrap_or(name);
    name.starts_with(|first: char| !first.is_ascii_digit()) && is_word(name)
}

fn is_word(name: &str) -> bool {
    name.chars().all(|character| character.is_alphanumeric() || character == '_')
}
