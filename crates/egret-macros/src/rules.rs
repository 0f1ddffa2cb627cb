//! `retry_on(…)` and `discard_on(…)`.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, Lit, LitInt, LitStr, Path, Result, Token};

use crate::attributes::{Number, duration_tokens, parse_integer};
use crate::suggestion::unknown;

/// One class of errors in the list of a rule.
enum ErrorClass {
    Type { path: Path, name: String },
    Name(LitStr),
}

impl ErrorClass {
    fn tokens(&self, egret: &Path) -> TokenStream {
        match self {
            Self::Type { path, name } => quote!(#egret::job::ErrorClass::of_named::<#path>(#name)),
            Self::Name(name) => quote!(#egret::job::ErrorClass::named(#name)),
        }
    }
}

impl Parse for ErrorClass {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::Name(input.parse()?));
        }
        let path: Path = input.parse()?;
        let name = match input.parse::<Option<Token![as]>>()? {
            Some(_) => input.parse::<LitStr>()?.value(),
            None => path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        };
        Ok(Self::Type { path, name })
    }
}

enum Wait {
    Fixed(Duration),
    PolynomiallyLonger,
    Function(Expr),
}

impl Parse for Wait {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(Lit) {
            return Ok(Self::Function(input.parse()?));
        }
        let literal: Lit = input.parse()?;
        match &literal {
            Lit::Str(text) if text.value() == "polynomially_longer" => Ok(Self::PolynomiallyLonger),
            literal => crate::duration::from_literal(literal).map(Self::Fixed),
        }
    }
}

enum Attempts {
    Limited(u32),
    Unlimited,
}

impl Parse for Attempts {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let lookahead = input.lookahead1();
        if lookahead.peek(LitInt) {
            let number: LitInt = input.parse()?;
            return match number.base10_parse()? {
                0 => Err(Error::new(
                    number.span(),
                    "the first run counts: `attempts` is at least 1, which never retries",
                )),
                attempts => Ok(Self::Limited(attempts)),
            };
        }
        if !lookahead.peek(Ident) {
            return Err(lookahead.error());
        }
        let word: Ident = input.parse()?;
        if word == "unlimited" {
            Ok(Self::Unlimited)
        } else {
            Err(Error::new(word.span(), "expected a number or `unlimited`"))
        }
    }
}

#[derive(Default)]
struct Options {
    wait: Option<Wait>,
    attempts: Option<Attempts>,
    queue: Option<LitStr>,
    priority: Option<i64>,
    jitter: Option<f64>,
}

impl Options {
    const NAMES: [&'static str; 5] = ["wait", "attempts", "queue", "priority", "jitter"];

    fn parse_one(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        match name.to_string().as_str() {
            "wait" => self.wait = Some(input.parse()?),
            "attempts" => self.attempts = Some(input.parse()?),
            "queue" => self.queue = Some(input.parse()?),
            "priority" => self.priority = Some(parse_integer(input)?),
            "jitter" => self.jitter = Some(input.parse::<Number>()?.0),
            other => return Err(unknown(other, name.span(), &Self::NAMES)),
        }
        Ok(())
    }

    fn tokens(&self, egret: &Path) -> TokenStream {
        let wait = self.wait.as_ref().map(|wait| {
            let wait = match wait {
                Wait::Fixed(duration) => {
                    let duration = duration_tokens(*duration);
                    quote!(Fixed(#duration))
                }
                Wait::PolynomiallyLonger => quote!(PolynomiallyLonger),
                Wait::Function(function) => quote!(Function(#function)),
            };
            quote!(.wait(#egret::job::Wait::#wait))
        });
        let attempts = self.attempts.as_ref().map(|attempts| {
            let attempts = match attempts {
                Attempts::Limited(attempts) => quote!(Limited(#attempts)),
                Attempts::Unlimited => quote!(Unlimited),
            };
            quote!(.attempts(#egret::job::Attempts::#attempts))
        });
        let queue = self.queue.as_ref().map(|queue| quote!(.queue(#queue)));
        let priority = self.priority.map(|priority| quote!(.priority(#priority)));
        let jitter = self.jitter.map(|jitter| quote!(.jitter(#jitter)));
        quote!(#egret::job::RetryPolicy::default() #wait #attempts #queue #priority #jitter)
    }
}

/// What stands in the parentheses of a rule.
struct Parts {
    errors: Vec<ErrorClass>,
    options: Options,
    first_option: Option<Ident>,
}

impl Parse for Parts {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut parts = Self { errors: Vec::new(), options: Options::default(), first_option: None };
        while !input.is_empty() {
            if input.peek(Ident) && input.peek2(Token![=]) {
                let name: Ident = input.parse()?;
                input.parse::<Token![=]>()?;
                parts.options.parse_one(&name, input)?;
                parts.first_option.get_or_insert(name);
            } else {
                parts.errors.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if parts.errors.is_empty() {
            return Err(Error::new(input.span(), "expected the type of an error, for example `std::io::Error`"));
        }
        Ok(parts)
    }
}

/// A rule of the class.
pub(crate) enum Rule {
    Retry(Box<RetryRule>),
    Discard(DiscardRule),
}

/// The inside of `retry_on(…)`.
pub(crate) struct RetryRule(Parts);

/// The inside of `discard_on(…)`.
pub(crate) struct DiscardRule(Vec<ErrorClass>);

impl Parse for RetryRule {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse().map(Self)
    }
}

impl Parse for DiscardRule {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let parts: Parts = input.parse()?;
        match parts.first_option {
            Some(option) => Err(Error::new(option.span(), "`discard_on` has no options, only errors")),
            None => Ok(Self(parts.errors)),
        }
    }
}

impl Rule {
    /// An expression of type `egret::job::Rule`.
    pub(crate) fn tokens(&self, egret: &Path) -> TokenStream {
        let list = |errors: &[ErrorClass]| {
            let errors = errors.iter().map(|error| error.tokens(egret));
            quote!(::std::vec![#(#errors),*])
        };
        match self {
            Self::Retry(rule) => {
                let (errors, policy) = (list(&rule.0.errors), rule.0.options.tokens(egret));
                quote!(#egret::job::Rule::retry(#errors, #policy)).into_token_stream()
            }
            Self::Discard(rule) => {
                let errors = list(&rule.0);
                quote!(#egret::job::Rule::discard(#errors))
            }
        }
    }
}
