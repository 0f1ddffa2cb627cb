//! The argument of `Egret::Command`.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::config::closest;

/// The keys of the hash.
const KEYS: [&str; 4] = ["argv", "env", "dir", "timeout"];
/// Keys that Active Job adds to hashes for its own use (Rails 8.1, `activejob/lib/active_job/arguments.rb`).
const RESERVED_PREFIX: &str = "_aj_";

/// What a job of the class `Egret::Command` asks for: its one positional argument, a hash.
///
/// ```
/// use egret::program::ProgramArguments;
///
/// let arguments = ProgramArguments::parse(r#"[{"argv": ["tar", "-czf", "site.tgz", "public"], "timeout": 600}]"#)?;
/// assert_eq!(arguments.argv[0], "tar");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramArguments {
    /// `argv`, required: the program and its arguments.
    pub argv: Vec<String>,
    /// `env`: variables beside those of the service; theirs are kept unless named here.
    pub env: Vec<(String, String)>,
    /// `dir`: the working folder; a relative one starts at the application's folder, which is also the default.
    pub dir: Option<String>,
    /// `timeout`, in seconds, fractions allowed: how long the program may run. Default: for ever.
    pub timeout: Option<Duration>,
}

impl ProgramArguments {
    /// Reads the serialized arguments of a job.
    ///
    /// # Errors
    /// What is wrong, with the key.
    pub fn parse(arguments: &str) -> Result<Self, String> {
        let arguments: Value =
            serde_json::from_str(arguments).map_err(|error| format!("arguments are no JSON: {error}"))?;
        let Value::Array(arguments) = arguments else {
            return Err("arguments are no array".to_owned());
        };
        let Ok([Value::Object(hash)]) = <[Value; 1]>::try_from(arguments) else {
            return Err("expected one argument, a hash with the key `argv`".to_owned());
        };
        Self::from_hash(hash)
    }

    fn from_hash(hash: Map<String, Value>) -> Result<Self, String> {
        let mut arguments = Self::default();
        for (key, value) in hash {
            match key.as_str() {
                "argv" => arguments.argv = argv(value)?,
                "env" if !value.is_null() => arguments.env = env(value)?,
                "dir" if !value.is_null() => arguments.dir = Some(dir(value)?),
                "timeout" if !value.is_null() => arguments.timeout = Some(timeout(&value)?),
                "env" | "dir" | "timeout" => {}
                reserved if reserved.starts_with(RESERVED_PREFIX) => {}
                unknown => return Err(unknown_key(unknown)),
            }
        }
        match arguments.argv.is_empty() {
            true => Err("the key `argv` is missing".to_owned()),
            false => Ok(arguments),
        }
    }

    /// The serialized arguments of a job.
    pub fn to_json(&self) -> String {
        let mut hash = Map::new();
        hash.insert("argv".to_owned(), self.argv.clone().into());
        if !self.env.is_empty() {
            let env: Map<String, Value> =
                self.env.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
            hash.insert("env".to_owned(), env.into());
        }
        if let Some(dir) = &self.dir {
            hash.insert("dir".to_owned(), dir.clone().into());
        }
        if let Some(timeout) = self.timeout {
            hash.insert("timeout".to_owned(), timeout.as_secs_f64().into());
        }
        Value::Array(vec![hash.into()]).to_string()
    }
}

fn argv(value: Value) -> Result<Vec<String>, String> {
    let Value::Array(values) = value else {
        return Err("`argv` must be an array of strings".to_owned());
    };
    let mut argv = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        match value {
            Value::String(text) if !text.contains('\0') => argv.push(text),
            _ => return Err(format!("`argv[{index}]` must be a string without NUL")),
        }
    }
    match argv.first() {
        None => Err("`argv` must not be empty".to_owned()),
        Some(program) if program.is_empty() => Err("`argv[0]` must name a program".to_owned()),
        Some(_) => Ok(argv),
    }
}

fn env(value: Value) -> Result<Vec<(String, String)>, String> {
    let Value::Object(values) = value else {
        return Err("`env` must be a hash of strings".to_owned());
    };
    let mut env = Vec::with_capacity(values.len());
    for (name, value) in values {
        if name.starts_with(RESERVED_PREFIX) {
            continue;
        }
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(format!("`env` has the name `{}`, which no variable can have", name.escape_default()));
        }
        match value {
            Value::String(value) if !value.contains('\0') => env.push((name, value)),
            _ => return Err(format!("`env.{name}` must be a string without NUL")),
        }
    }
    Ok(env)
}

fn dir(value: Value) -> Result<String, String> {
    match value {
        Value::String(dir) if !dir.is_empty() && !dir.contains('\0') => Ok(dir),
        _ => Err("`dir` must be a path".to_owned()),
    }
}

fn timeout(value: &Value) -> Result<Duration, String> {
    value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| "`timeout` must be a number of seconds above 0".to_owned())
}

fn unknown_key(key: &str) -> String {
    match closest(key, KEYS) {
        Some(known) => format!("unknown key `{key}`, did you mean `{known}`?"),
        None => format!("unknown key `{key}`, known are `argv`, `env`, `dir` and `timeout`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(arguments: &str) -> String {
        ProgramArguments::parse(arguments).unwrap_err()
    }

    #[test]
    fn reads_every_key_and_writes_it_back() {
        let text = r#"[{"argv":["sh","-c","ls"],"env":{"A":"1","B":""},"dir":"/srv","timeout":1.5}]"#;
        let arguments = ProgramArguments::parse(text).unwrap();
        assert_eq!(arguments.argv, ["sh", "-c", "ls"]);
        assert_eq!(arguments.env, [("A".to_owned(), "1".to_owned()), ("B".to_owned(), String::new())]);
        assert_eq!(arguments.dir.as_deref(), Some("/srv"));
        assert_eq!(arguments.timeout, Some(Duration::from_millis(1500)));
        assert_eq!(arguments.to_json(), text);
    }

    #[test]
    fn only_argv_is_required_and_ruby_may_add_its_own_keys() {
        let text =
            r#"[{"argv":["ls"],"env":{"A":"1","_aj_symbol_keys":[]},"dir":null,"_aj_symbol_keys":["argv","env"]}]"#;
        let arguments = ProgramArguments::parse(text).unwrap();
        assert_eq!(arguments.env, [("A".to_owned(), "1".to_owned())]);
        assert_eq!(arguments.dir, None);
    }

    #[test]
    fn names_the_key_that_is_wrong() {
        assert_eq!(problem("[]"), "expected one argument, a hash with the key `argv`");
        assert_eq!(problem(r#"[["ls"]]"#), "expected one argument, a hash with the key `argv`");
        assert_eq!(problem(r#"[{"argv":["ls"]}, 1]"#), "expected one argument, a hash with the key `argv`");
        assert_eq!(problem("[{}]"), "the key `argv` is missing");
        assert_eq!(problem(r#"[{"argv":"ls"}]"#), "`argv` must be an array of strings");
        assert_eq!(problem(r#"[{"argv":[]}]"#), "`argv` must not be empty");
        assert_eq!(problem(r#"[{"argv":[""]}]"#), "`argv[0]` must name a program");
        assert_eq!(problem(r#"[{"argv":["ls",1]}]"#), "`argv[1]` must be a string without NUL");
        assert_eq!(problem(r#"[{"argv":["l\u0000s"]}]"#), "`argv[0]` must be a string without NUL");
        assert_eq!(problem(r#"[{"argv":["ls"],"env":[]}]"#), "`env` must be a hash of strings");
        assert_eq!(problem(r#"[{"argv":["ls"],"env":{"A":1}}]"#), "`env.A` must be a string without NUL");
        assert_eq!(
            problem(r#"[{"argv":["ls"],"env":{"A=B":"1"}}]"#),
            "`env` has the name `A=B`, which no variable can have"
        );
        assert_eq!(problem(r#"[{"argv":["ls"],"dir":1}]"#), "`dir` must be a path");
        for timeout in ["0", "-1", "\"5\"", "1e300", "[]"] {
            let text = format!(r#"[{{"argv":["ls"],"timeout":{timeout}}}]"#);
            assert_eq!(problem(&text), "`timeout` must be a number of seconds above 0", "{timeout}");
        }
        assert_eq!(problem(r#"[{"argv":["ls"],"timeuot":1}]"#), "unknown key `timeuot`, did you mean `timeout`?");
        assert_eq!(
            problem(r#"[{"argv":["ls"],"shell":true}]"#),
            "unknown key `shell`, known are `argv`, `env`, `dir` and `timeout`"
        );
    }
}
