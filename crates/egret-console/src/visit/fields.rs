//! Fields of queries and forms.

use axum::http::Uri;

/// Fields in the order in which they came; a name can come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(crate) fn of_query(uri: &Uri) -> Self {
        Self::of_bytes(uri.query().unwrap_or_default().as_bytes())
    }

    /// Reads `application/x-www-form-urlencoded`; what is not UTF-8 is replaced, as browsers do.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(bytes).unwrap_or_default())
    }

    /// The first value of the name, without spaces around it; `None` when it is not there or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.iter().filter(|(found, _)| *found == name);
        named.map(|(_, value)| value.trim()).find(|value| !value.is_empty())
    }

    /// Whether the name is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Every value of the name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.0.iter().filter(move |(found, _)| *found == name).map(|(_, value)| value.as_str())
    }

    /// Every field.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without fields of the name.
    #[must_use]
    pub(crate) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(found, _)| found != name).cloned().collect())
    }

    /// Those of the fields, by name and value, that are meant.
    #[must_use]
    pub(crate) fn only(&self, is_meant: impl Fn(&str, &str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, value)| is_meant(name, value)).cloned().collect())
    }

    /// The same with one field of the name.
    #[must_use]
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut fields = self.without(name);
        fields.0.push((name.to_owned(), value.to_owned()));
        fields
    }

    /// The fields as a query, without the question mark.
    pub(crate) fn to_query(&self) -> String {
        serde_urlencoded::to_string(&self.0).expect("pairs of texts are a query")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_changed_and_written() {
        let fields = Fields::of_bytes("state=running&ids%5B%5D=1&ids%5B%5D=2&class=&q=%E5%A4%A7".as_bytes());
        assert_eq!(fields.get("state"), Some("running"));
        assert_eq!(fields.all("ids[]").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((fields.get("class"), fields.get("none"), fields.get("q")), (None, None, Some("大")));
        assert_eq!(fields.without("ids[]").with("state", "a b&c").to_query(), "class=&q=%E5%A4%A7&state=a+b%26c");
        assert_eq!(Fields::of_bytes(b"%ff=%zz&=&&"), Fields::of_bytes(b"%ff=%zz&=&&"), "nothing panics");
    }
}
