//! The reserved words of Active Job's argument format, and the private names by which values tell the codec what they are.

/// Alone in an object: the text of a GlobalID (Active Job 8.1, `activejob/lib/active_job/arguments.rb`).
pub(super) const GLOBALID: &str = "_aj_globalid";
/// Lists the keys of a hash that were symbols (same source).
pub(super) const SYMBOL_KEYS: &str = "_aj_symbol_keys";
/// The same for the keyword arguments of a job (same source).
pub(super) const RUBY2_KEYWORDS: &str = "_aj_ruby2_keywords";
/// True on a hash whose keys are the same as strings and as symbols (same source).
pub(super) const INDIFFERENT_ACCESS: &str = "_aj_hash_with_indifferent_access";
/// Names the serializer of an object (Active Job 8.1, `activejob/lib/active_job/serializers/object_serializer.rb`).
pub(super) const SERIALIZED: &str = "_aj_serialized";

const RESERVED_KEYS: [&str; 5] = [GLOBALID, SYMBOL_KEYS, RUBY2_KEYWORDS, INDIFFERENT_ACCESS, SERIALIZED];

/// Whether no hash of a user may have the key.
pub(super) fn is_reserved(key: &str) -> bool {
    RESERVED_KEYS.contains(&key)
}

/// The names of Active Job's serializers (Active Job 8.1, `activejob/lib/active_job/serializers/`). Each is also the
/// newtype-struct name under which the value of that type passes through serde: no Rust type can have such a name.
pub(super) mod serializer {
    const PREFIX: &str = "ActiveJob::Serializers::";

    pub(crate) const SYMBOL: &str = "ActiveJob::Serializers::SymbolSerializer";
    pub(crate) const DURATION: &str = "ActiveJob::Serializers::DurationSerializer";
    pub(crate) const DATE: &str = "ActiveJob::Serializers::DateSerializer";
    pub(crate) const DATE_TIME: &str = "ActiveJob::Serializers::DateTimeSerializer";
    pub(crate) const TIME: &str = "ActiveJob::Serializers::TimeSerializer";
    pub(crate) const TIME_WITH_ZONE: &str = "ActiveJob::Serializers::TimeWithZoneSerializer";
    pub(crate) const MODULE: &str = "ActiveJob::Serializers::ModuleSerializer";
    pub(crate) const RANGE: &str = "ActiveJob::Serializers::RangeSerializer";
    pub(crate) const BIG_DECIMAL: &str = "ActiveJob::Serializers::BigDecimalSerializer";

    const KNOWN: [&str; 9] = [SYMBOL, DURATION, DATE, DATE_TIME, TIME, TIME_WITH_ZONE, MODULE, RANGE, BIG_DECIMAL];

    /// Whether this library has a type for the values of the serializer.
    pub(crate) fn is_known(name: &str) -> bool {
        KNOWN.contains(&name)
    }

    /// The type a person would name: `Symbol` for `ActiveJob::Serializers::SymbolSerializer`.
    pub(crate) fn type_name(name: &str) -> &str {
        name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix("Serializer")).unwrap_or(name)
    }
}

/// Newtype-struct names of the values that are no serializer's.
pub(super) mod token {
    pub(crate) const HASH_KEY: &str = "$egret::arguments::HashKey";
    pub(crate) const GLOBAL_ID: &str = "$egret::arguments::GlobalId";
    pub(crate) const INDIFFERENT_HASH: &str = "$egret::arguments::IndifferentHash";
    pub(crate) const KEYWORDS: &str = "$egret::arguments::Keywords";
    pub(crate) const RAW: &str = "$egret::arguments::RawArgument";
    /// The name under which `serde_json::value::RawValue` passes through serde (serde_json 1.0, `src/raw.rs`).
    pub(crate) const SERDE_JSON_RAW: &str = "$serde_json::private::RawValue";
}
