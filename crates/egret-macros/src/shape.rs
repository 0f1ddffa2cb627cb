//! What can be a job at all.

use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Error, Fields, Result};

/// The struct below the derive, or the reason why it is no job.
pub(crate) fn require_struct(input: &DeriveInput) -> Result<&DataStruct> {
    let name = &input.ident;
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            let message =
                format!("a job is a struct: make each variant of `{name}` a job of its own, or a field's type");
            return Err(Error::new(data.enum_token.span(), message));
        }
        Data::Union(data) => {
            return Err(Error::new(data.union_token.span(), "a job is a struct, not a union"));
        }
    };
    if !input.generics.params.is_empty() {
        let message = format!("a job has one name in the store, so `{name}` cannot be generic or borrow its arguments");
        return Err(Error::new(input.generics.span(), message));
    }
    refuse_job_attributes(&data.fields)?;
    Ok(data)
}

fn refuse_job_attributes(fields: &Fields) -> Result<()> {
    let mut attributes = fields.iter().flat_map(|field| &field.attrs);
    match attributes.find(|attribute| attribute.path().is_ident("job")) {
        Some(attribute) => {
            Err(Error::new(attribute.span(), "`job` stands on the struct; fields take the attributes of `serde`"))
        }
        None => Ok(()),
    }
}
