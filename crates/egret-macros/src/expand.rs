//! The code that the derive writes.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, DataStruct, DeriveInput, Fields, Result};

use crate::attributes::{JobAttributes, duration_tokens};
use crate::shape::require_struct;

/// Implements `egret::Job` for the struct.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let data = require_struct(input)?;
    let attributes = JobAttributes::from_attributes(&input.attrs)?;
    let (job, egret) = (&input.ident, &attributes.egret);
    let class = attributes.class.as_ref().map_or_else(|| job.to_string(), syn::LitStr::value);
    let mirror = format_ident!("__{job}Arguments");
    let arguments = mirror_struct(input, data, &attributes, &mirror);
    let definition = definition(job, &attributes);
    let unique_key = attributes.unique.as_ref().map(|unique| unique.method(egret, &data.fields)).transpose()?;
    let perform = quote_spanned!(job.span()=> <#job>::perform);
    Ok(quote! {
        const _: () = {
            #arguments

            #[automatically_derived]
            impl #egret::Job for #job {
                const CLASS: &'static str = #class;

                fn definition() -> &'static #egret::job::Definition {
                    static DEFINITION: ::std::sync::LazyLock<#egret::job::Definition> =
                        ::std::sync::LazyLock::new(|| #definition);
                    &DEFINITION
                }

                fn to_arguments(
                    &self,
                ) -> ::core::result::Result<#egret::arguments::Arguments, #egret::arguments::SerializationError> {
                    #egret::arguments::Arguments::encode(&__Borrowed(self))
                }

                fn from_arguments(
                    arguments: &#egret::arguments::Arguments,
                ) -> ::core::result::Result<Self, #egret::arguments::DeserializationError> {
                    arguments.decode::<__Owned>().map(|__Owned(job)| job)
                }

                #unique_key

                fn run(
                    self,
                    context: &#egret::Context,
                ) -> impl ::core::future::Future<Output = #egret::Result<#egret::job::Done>> + ::core::marker::Send
                {
                    let performing = #egret::job::PerformMethod::call(#perform, self, context);
                    async move { #egret::job::IntoPerformed::into_performed(performing.await) }
                }
            }
        };
    })
}

/// A struct like the job's for serde's remote derive: so that the job need not derive serde's traits itself, and may.
/// The names begin with underscores because the types of the fields are looked up beside them.
fn mirror_struct(
    input: &DeriveInput,
    data: &DataStruct,
    attributes: &JobAttributes,
    mirror: &syn::Ident,
) -> TokenStream {
    let (job, egret) = (&input.ident, &attributes.egret);
    let serde = quote!(#egret::__serde);
    let (serde_text, job_text) = (serde.to_string().replace(' ', ""), job.to_string());
    let of_struct = serde_attributes(&input.attrs);
    let fields = data.fields.iter().map(|field| {
        let (of_field, name, colon, kind) =
            (serde_attributes(&field.attrs), &field.ident, field.colon_token, &field.ty);
        quote!(#(#of_field)* #name #colon #kind)
    });
    let body = match &data.fields {
        Fields::Named(_) => quote!({ #(#fields),* }),
        Fields::Unnamed(_) => quote!((#(#fields),*);),
        Fields::Unit => quote!(;),
    };
    // Positional arguments are counted in errors; the field count is what serde says that it expects.
    let expecting = matches!(data.fields, Fields::Unnamed(_)).then(|| {
        let n_fields = data.fields.len().to_string();
        quote!(#[serde(expecting = #n_fields)])
    });
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize)]
        #[serde(crate = #serde_text, remote = #job_text)]
        #expecting
        #(#of_struct)*
        #[allow(dead_code)]
        struct #mirror #body

        struct __Borrowed<'a>(&'a #job);

        impl #serde::Serialize for __Borrowed<'_> {
            fn serialize<S: #serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                #mirror::serialize(self.0, serializer)
            }
        }

        struct __Owned(#job);

        impl<'de> #serde::Deserialize<'de> for __Owned {
            fn deserialize<D: #serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                #mirror::deserialize(deserializer).map(__Owned)
            }
        }
    }
}

fn serde_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("serde")).collect()
}

fn definition(job: &syn::Ident, attributes: &JobAttributes) -> TokenStream {
    let egret = &attributes.egret;
    let aliases = attributes.aliases.iter().map(|alias| quote!(.alias(#alias)));
    let queue = attributes.queue.as_ref().map(|queue| quote!(.queue(#queue)));
    let priority = attributes.priority.map(|priority| quote!(.priority(#priority)));
    let rules = attributes.rules.iter().map(|rule| {
        let rule = rule.tokens(egret);
        quote!(.rule(#rule))
    });
    let retry_jitter = attributes.retry_jitter.map(|jitter| quote!(.retry_jitter(#jitter)));
    let time_limit = attributes.time_limit.map(|limit| {
        let limit = duration_tokens(limit);
        quote!(.time_limit(#limit))
    });
    let at_most_once = attributes.at_most_once.then(|| quote!(.at_most_once()));
    let task = attributes.task.as_ref().map(|task| {
        let busy = attributes.task_busy.clone().unwrap_or_else(|| format_ident!("Wait"));
        quote!(.task(#task, #egret::tasks::TaskBusy::#busy))
    });
    let hide_arguments = (!attributes.log_arguments).then(|| quote!(.hide_arguments()));
    let log_level = attributes.log_level.as_ref().map(|level| {
        let mut name = level.value();
        name[..1].make_ascii_uppercase();
        let variant = syn::Ident::new(&name, level.span());
        quote!(.log_level(#egret::config::LogLevel::#variant))
    });
    quote! {
        #egret::job::Definition::new(<#job as #egret::Job>::CLASS)
            #(#aliases)* #queue #priority #(#rules)* #retry_jitter #time_limit #at_most_once #task #hide_arguments #log_level
    }
    .into_token_stream()
}
