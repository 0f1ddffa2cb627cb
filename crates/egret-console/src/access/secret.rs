//! Secrets: how they are made, and what is kept of them.

use std::fmt::Write as _;

use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

/// A new secret of 32 hexadecimal digits (128 random bits): the shape of SHIRASAGI's session ids (1.21.0, spec of Rack's
/// `_ss_session`), which the scripts of its operators match with `\w+`.
pub(crate) fn generate() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// What is stored of a secret. It has 128 random bits, so that a plain digest cannot be turned around.
pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

/// Whether two secrets are equal, in a time that says nothing about where they differ.
pub(crate) fn are_equal(one: &str, other: &str) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(one.as_bytes(), other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_the_shape_of_session_ids_and_are_never_alike() {
        let (one, other) = (generate(), generate());
        assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(one, other);
        assert!(are_equal(&one, &one) && !are_equal(&one, &other) && !are_equal(&one, &one[1..]));
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
