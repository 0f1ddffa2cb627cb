//! The attributes of a job's struct.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Ident, Lit, LitBool, LitFloat, LitInt, LitStr, Path, Result, Token, parenthesized, parse_quote,
};

use crate::rules::Rule;
use crate::suggestion::unknown;
use crate::unique::Unique;

/// What `#[job(…)]` says.
pub(crate) struct JobAttributes {
    pub(crate) class: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) queue: Option<LitStr>,
    pub(crate) priority: Option<i64>,
    /// In the order in which they are declared, which decides between them.
    pub(crate) rules: Vec<Rule>,
    pub(crate) retry_jitter: Option<f64>,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) at_most_once: bool,
    pub(crate) unique: Option<Unique>,
    pub(crate) task: Option<LitStr>,
    /// A variant of `egret::tasks::TaskBusy`.
    pub(crate) task_busy: Option<Ident>,
    pub(crate) log_arguments: bool,
    pub(crate) log_level: Option<LitStr>,
    /// Path of the crate `egret`.
    pub(crate) egret: Path,
}

const NAMES: [&str; 15] = [
    "class",
    "aliases",
    "queue",
    "priority",
    "retry_on",
    "discard_on",
    "retry_jitter",
    "time_limit",
    "at_most_once",
    "unique",
    "task",
    "task_busy",
    "log_arguments",
    "log_level",
    "crate",
];

impl JobAttributes {
    /// Reads every `#[job(…)]`; all their errors are reported at once.
    pub(crate) fn from_attributes(attributes: &[Attribute]) -> Result<Self> {
        let mut read = Self {
            class: None,
            aliases: Vec::new(),
            queue: None,
            priority: None,
            rules: Vec::new(),
            retry_jitter: None,
            time_limit: None,
            at_most_once: false,
            unique: None,
            task: None,
            task_busy: None,
            log_arguments: true,
            log_level: None,
            egret: parse_quote!(::egret),
        };
        let mut errors: Option<Error> = None;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("job")) {
            if let Err(error) = attribute.parse_nested_meta(|meta| read.parse_one(&meta)) {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        if let (Some(busy), None, None) = (&read.task_busy, &read.task, &errors) {
            errors = Some(Error::new(busy.span(), "`task_busy` is of use with `task = \"NAME\"` only"));
        }
        errors.map_or(Ok(read), Err)
    }

    fn parse_one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "class" => set(&mut self.class, meta, name_text(meta)?),
            "aliases" => {
                let content;
                parenthesized!(content in meta.input);
                self.aliases.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?);
                Ok(())
            }
            "queue" => set(&mut self.queue, meta, name_text(meta)?),
            "priority" => set(&mut self.priority, meta, parse_integer(meta.value()?)?),
            "retry_on" => self.rule(meta, |content| Ok(Rule::Retry(Box::new(content.parse()?)))),
            "discard_on" => self.rule(meta, |content| Ok(Rule::Discard(content.parse()?))),
            "retry_jitter" => set(&mut self.retry_jitter, meta, meta.value()?.parse::<Number>()?.0),
            "time_limit" => {
                set(&mut self.time_limit, meta, crate::duration::from_literal(&meta.value()?.parse::<Lit>()?)?)
            }
            "at_most_once" => {
                self.at_most_once = true;
                Ok(())
            }
            "unique" => set(&mut self.unique, meta, Unique::read(meta)?),
            "task" => set(&mut self.task, meta, name_text(meta)?),
            "task_busy" => set(&mut self.task_busy, meta, busy_word(meta)?),
            "log_arguments" => {
                self.log_arguments = meta.value()?.parse::<LitBool>()?.value();
                Ok(())
            }
            "log_level" => set(&mut self.log_level, meta, level(meta)?),
            "crate" => {
                self.egret = meta.value()?.parse::<LitStr>()?.parse()?;
                Ok(())
            }
            other => Err(unknown(other, meta.path.span(), &NAMES)),
        }
    }

    fn rule(&mut self, meta: &ParseNestedMeta<'_>, parse: fn(ParseStream<'_>) -> Result<Rule>) -> Result<()> {
        let content;
        parenthesized!(content in meta.input);
        self.rules.push(parse(&content)?);
        Ok(())
    }
}

/// What becomes of a job whose task runs, as a variant of the enum.
fn busy_word(meta: &ParseNestedMeta<'_>) -> Result<Ident> {
    let text: LitStr = meta.value()?.parse()?;
    match text.value().as_str() {
        "wait" => Ok(Ident::new("Wait", text.span())),
        "discard" => Ok(Ident::new("Discard", text.span())),
        _ => Err(Error::new(text.span(), "expected \"wait\" or \"discard\"")),
    }
}

pub(crate) fn set<T>(slot: &mut Option<T>, meta: &ParseNestedMeta<'_>, value: T) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("given twice")),
    }
}

/// A name, which is not empty.
pub(crate) fn name_text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().trim().is_empty() { Err(Error::new(text.span(), "expected a name")) } else { Ok(text) }
}

/// The levels that a log can have (`egret::config::LogLevel`).
const LEVELS: [&str; 7] = ["trace", "debug", "info", "warn", "error", "fatal", "unknown"];

fn level(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let text: LitStr = meta.value()?.parse()?;
    match LEVELS.contains(&text.value().as_str()) {
        true => Ok(text),
        false => Err(Error::new(text.span(), format!("expected one of {}", LEVELS.join(", ")))),
    }
}

/// An integer with or without a sign.
pub(crate) fn parse_integer(input: ParseStream<'_>) -> Result<i64> {
    let is_negative = input.parse::<Option<Token![-]>>()?.is_some();
    let number: LitInt = input.parse()?;
    let value: i64 = number.base10_parse()?;
    Ok(if is_negative { -value } else { value })
}

/// A number with or without a fraction or a sign.
pub(crate) struct Number(pub(crate) f64);

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(LitFloat) {
            return Ok(Self(parse_integer(input)? as f64));
        }
        input.parse::<LitFloat>()?.base10_parse().map(Self)
    }
}

/// An expression of type `std::time::Duration`.
pub(crate) fn duration_tokens(duration: Duration) -> TokenStream {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanoseconds))
}
