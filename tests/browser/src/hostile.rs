//! Texts that try to be more than texts, or that no page was drawn for.

/// Runs if a page takes it for markup. The tests look for `caught`.
pub(crate) const SCRIPT: &str = "<script>window.caught='script'</script>";
/// The same out of an attribute.
pub(crate) const ATTRIBUTE: &str = "\"'><img src=x onerror=\"window.caught='attribute'\">";
/// The same out of an address.
pub(crate) const ADDRESS: &str = "javascript:window.caught='address'";
/// Tries to leave the path, and to be a query and a fragment.
pub(crate) const PATH: &str = "../../etc/passwd?a=1&b=%2e%2e#c d";
/// Runs from right to left, and turns what follows around.
pub(crate) const RIGHT_TO_LEFT: &str = "\u{202e}gnp.olleh مهمة في الخلفية עבודת רקע";
/// Signs of several code points.
pub(crate) const SIGNS: &str = "👩‍👩‍👧‍👦 🏳️‍🌈 e\u{301}\u{302}\u{303} ﷽ Ω≈ç√∫";
/// What terminals and programs written in C take for orders.
pub(crate) const CONTROL: &str = "before\0after\u{7}\u{1b}[31mred\u{1b}[0m\r\nSet-Cookie: caught=1\u{85}\u{2028}";
/// A template, should one be made of it.
pub(crate) const TEMPLATE: &str = "{{ 7 * 7 }} {% include \"x\" %} ${7*7} #{7*7} { $n }";

/// A word that fits no line.
pub(crate) fn long_word() -> String {
    "Donaudampfschifffahrtsgesellschaft".repeat(100)
}

/// All of them.
pub(crate) fn all() -> Vec<String> {
    let short = [SCRIPT, ATTRIBUTE, ADDRESS, PATH, RIGHT_TO_LEFT, SIGNS, CONTROL, TEMPLATE];
    short.into_iter().map(str::to_owned).chain([long_word()]).collect()
}
