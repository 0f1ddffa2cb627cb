//! The derive macro for Egret jobs.

/// Makes a plain struct a background job.
#[proc_macro_derive(Job, attributes(job))]
pub fn derive_job(_input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    proc_macro::TokenStream::new()
}
