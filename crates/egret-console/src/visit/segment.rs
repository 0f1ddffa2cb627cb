//! Names as parts of paths.

use std::fmt::Write as _;

/// A name as one segment of a path: every byte but the unreserved ones (RFC 3986, section 2.3) is escaped, and the dot of a
/// name that would ask for JSON by its ending.
pub(crate) fn segment(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    match text.strip_suffix(".json") {
        Some(stem) => format!("{stem}%2Ejson"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_segment() {
        assert_eq!(segment("cms:generate pages/é?#"), "cms%3Agenerate%20pages%2F%C3%A9%3F%23");
        assert_eq!(segment("0195-ab_C.2~"), "0195-ab_C.2~");
        assert_eq!(segment("report.json"), "report%2Ejson");
    }
}
