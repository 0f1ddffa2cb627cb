//! What is asked of the program.

use crate::Failure;

/// What is to be measured, and how it is shown.
pub struct Options<'a> {
    pub is_json: bool,
    scale: f64,
    only: Option<&'a str>,
    peer: Option<&'a str>,
}

impl<'a> Options<'a> {
    pub fn of_words(words: &[&'a str]) -> Result<Self, Failure> {
        let mut options = Self { is_json: false, scale: 1.0, only: None, peer: None };
        let mut rest = words.iter();
        while let Some(option) = rest.next() {
            match *option {
                "--json" => options.is_json = true,
                "--scale" => options.scale = rest.next().ok_or("`--scale` needs a number")?.parse()?,
                "--only" => options.only = Some(*rest.next().ok_or("`--only` needs a word")?),
                "--peer" => options.peer = Some(*rest.next().ok_or("`--peer` needs a name")?),
                other => {
                    let expected = "expected `--json`, `--scale F`, `--only WORD` or `--peer NAME`";
                    return Err(format!("unknown option `{other}`, {expected}").into());
                }
            }
        }
        Ok(options)
    }

    /// Whether this measurement is meant.
    pub fn is_meant(&self, word: &str) -> bool {
        self.only.is_none_or(|only| only == word)
    }

    /// Whether this program is meant.
    pub fn is_peer(&self, name: &str) -> bool {
        self.peer.is_none_or(|peer| peer == name)
    }

    /// A number of jobs, as many times as was asked for.
    pub fn scaled(&self, count: usize) -> usize {
        (count as f64 * self.scale) as usize
    }
}
