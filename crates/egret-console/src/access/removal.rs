//! A URL without its access token.

/// What names the token in a query.
pub(crate) const PARAMETER: &str = "access_token";

/// The address without its token, by SHIRASAGI's rules (1.21.0, `app/controllers/concerns/ss/auth_filter.rb`): the first
/// one goes, with the `&` before it; `?&` becomes `?`, and a `?` at the end goes.
pub(crate) fn without_token(address: &str) -> String {
    let name = format!("{PARAMETER}=");
    let begins = |place: usize| place == 0 || matches!(address.as_bytes()[place - 1], b'?' | b'&');
    let Some(place) = address.match_indices(&name).map(|(place, _)| place).find(|place| begins(*place)) else {
        return address.to_owned();
    };
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"_=-".contains(&byte);
    let value = place + name.len();
    let end = address[value..].bytes().position(|byte| !is_of_token(byte)).map_or(address.len(), |end| value + end);
    let begin = if address[..place].ends_with('&') { place - 1 } else { place };
    let rest = format!("{}{}", &address[..begin], &address[end..]).replacen("?&", "?", 1);
    rest.strip_suffix('?').map_or(rest.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x1_the_token_goes_and_everything_else_stays() {
        for (address, expected) in [
            ("page.html?access_token=T", "page.html"),
            ("page.html?access_token=T&key1=value1&key2=value2", "page.html?key1=value1&key2=value2"),
            ("page.html?key1=value1&key2=value2&access_token=T", "page.html?key1=value1&key2=value2"),
            ("page.html?key1=value1&access_token=T&key2=value2", "page.html?key1=value1&key2=value2"),
            ("page.html", "page.html"),
            ("page.html?my_access_token=T", "page.html?my_access_token=T"),
            ("page.html?access_token=", "page.html"),
        ] {
            assert_eq!(without_token(address), expected, "{address}");
        }
    }
}
