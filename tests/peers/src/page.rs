//! A web page as a program reads it, with curl.

use std::path::PathBuf;
use std::process::Command;

/// A site whose cookies are kept.
#[derive(Debug)]
pub struct Page {
    site: String,
    cookies: PathBuf,
}

impl Page {
    pub(crate) fn new(site: String, cookies: PathBuf) -> Self {
        Self { site, cookies }
    }

    /// Its address.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The HTML of a path that must be there.
    pub fn get(&self, path: &str) -> String {
        self.curl(path, &[])
    }

    /// Presses a button of the page: sends its form's fields with the token that the page carries.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.press(path, path, fields)
    }

    /// Presses a button of the page `form` whose form goes to another path.
    pub fn press(&self, form: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let form = self.get(form);
        let token = between(&form, "name='authenticity_token' value='", "'");
        let mut arguments = vec!["--data-urlencode".to_owned(), format!("authenticity_token={token}")];
        for (name, value) in fields {
            arguments.extend(["--data-urlencode".to_owned(), format!("{name}={value}")]);
        }
        self.curl(path, &arguments)
    }

    /// The status of an answer; the last word is the path, those before it are arguments of `curl`.
    pub fn status(&self, words: &[&str]) -> u16 {
        let (path, arguments) = words.split_last().expect("a path");
        let output = Command::new("curl")
            .args(["--silent", "--max-time", "30", "--output", "/dev/null", "--write-out", "%{http_code}"])
            .args(arguments)
            .arg(format!("{}{path}", self.site))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).parse().unwrap()
    }

    fn curl(&self, path: &str, arguments: &[String]) -> String {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--fail-with-body", "--location", "--max-time", "30"])
            .arg("--cookie")
            .arg(&self.cookies)
            .arg("--cookie-jar")
            .arg(&self.cookies)
            .args(arguments)
            .arg(format!("{}{path}", self.site))
            .output()
            .unwrap();
        let body = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{path}: {error}\n{body}");
        body
    }
}

/// What stands between two texts, the first time.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no `{after}` in {rest}")).0
}
