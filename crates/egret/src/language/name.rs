//! Names of queues and classes in a sentence.

/// Letters of a name that a sentence shows. Names have no limit of their own, and one of a hundred thousand letters would
/// hide what the sentence says.
const LONGEST: usize = 200;

/// A name of others as a part of a sentence, cut where it is so long that it would hide the rest.
pub(crate) fn name_in_a_sentence(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_names_are_cut_and_between_letters() {
        assert_eq!(name_in_a_sentence("Billing::ChargeJob"), "Billing::ChargeJob");
        assert_eq!(name_in_a_sentence(&"鷺".repeat(LONGEST)), "鷺".repeat(LONGEST));
        assert_eq!(name_in_a_sentence(&"鷺".repeat(LONGEST + 1)), "鷺".repeat(LONGEST) + "…");
    }
}
