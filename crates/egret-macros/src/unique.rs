//! `unique` and its options.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Error, Fields, Ident, Lit, LitStr, Path, Result, Token, parenthesized};

use crate::attributes::{duration_tokens, name_text, set};

/// What `unique(…)` says.
pub(crate) struct Unique {
    by: By,
    window: Option<Duration>,
}

/// What two jobs must have in common, so that one is enough.
enum By {
    Arguments,
    Key(LitStr),
    Fields(Vec<Ident>),
}

const OPTIONS: &str = "expected `for = \"10m\"`, `key = \"NAME\"` or `by(FIELD, …)`";

impl Unique {
    /// Reads what stands behind the word, which may be nothing.
    pub(crate) fn read(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let (mut window, mut by) = (None, None);
        if meta.input.is_empty() || meta.input.peek(Token![,]) {
            return Ok(Self { by: By::Arguments, window });
        }
        if !has_options(meta)? {
            return Err(meta.error(OPTIONS));
        }
        meta.parse_nested_meta(|option| {
            let name = option.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "for" => set(&mut window, &option, crate::duration::from_literal(&option.value()?.parse::<Lit>()?)?),
                "key" => set(&mut by, &option, By::Key(name_text(&option)?)),
                "by" => set(&mut by, &option, By::Fields(fields(&option)?)),
                _ => Err(option.error(OPTIONS)),
            }
        })?;
        Ok(Self { by: by.unwrap_or(By::Arguments), window })
    }

    /// The method of the trait that answers the key.
    pub(crate) fn method(&self, egret: &Path, of_struct: &Fields) -> Result<TokenStream> {
        let key = match &self.by {
            By::Arguments => quote!(#egret::job::UniqueBy::Arguments(&<Self as #egret::Job>::to_arguments(self)?)),
            By::Key(key) => quote!(#egret::job::UniqueBy::Key(#key)),
            By::Fields(names) => {
                for name in names {
                    check(name, of_struct)?;
                }
                quote!(#egret::job::UniqueBy::Arguments(&#egret::arguments::Arguments::encode(&(#(&self.#names,)*))?))
            }
        };
        let window = match self.window {
            Some(window) => {
                let window = duration_tokens(window);
                quote!(::core::option::Option::Some(#window))
            }
            None => quote!(::core::option::Option::None),
        };
        Ok(quote! {
            fn unique_key(
                &self,
            ) -> ::core::result::Result<
                ::core::option::Option<#egret::job::UniqueKey>,
                #egret::arguments::SerializationError,
            > {
                ::core::result::Result::Ok(::core::option::Option::Some(#key.of_class(<Self as #egret::Job>::CLASS, #window)))
            }
        })
    }
}

/// Whether there are parentheses with something in them.
fn has_options(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    let ahead = meta.input.fork();
    if !ahead.peek(syn::token::Paren) {
        return Ok(false);
    }
    let content;
    parenthesized!(content in ahead);
    Ok(!content.is_empty())
}

fn fields(option: &ParseNestedMeta<'_>) -> Result<Vec<Ident>> {
    let content;
    parenthesized!(content in option.input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
    match names.is_empty() {
        true => Err(option.error("expected names of fields")),
        false => Ok(names.into_iter().collect()),
    }
}

fn check(name: &Ident, of_struct: &Fields) -> Result<()> {
    match of_struct.iter().any(|field| field.ident.as_ref() == Some(name)) {
        true => Ok(()),
        false => Err(Error::new(name.span(), format!("the struct has no field `{name}`"))),
    }
}
