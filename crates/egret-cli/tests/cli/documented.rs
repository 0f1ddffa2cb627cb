//! Every command that the documentation shows is one that the program understands.

use std::path::{Path, PathBuf};

use egret::cli::CommandLine;

/// Files in which commands stand, relative to the root of the repository.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders down");
    let mut documents = vec![root.join("README.md"), root.join("README.ja.md")];
    let mut folders = vec![root.join("docs/book")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                documents.push(path);
            }
        }
    }
    documents
}

/// The lines of shell in a document: blocks marked `sh`, and code within sentences that begins with `egret `.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut block = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(kind), None) => block = Some(kind == "sh"),
            (Some(_), Some(_)) => block = None,
            (None, Some(true)) => commands.push(line.to_owned()),
            (None, Some(false)) => {}
            (None, None) => commands.extend(line.split('`').skip(1).step_by(2).map(str::to_owned)),
        }
    }
    commands
}

/// The words of a call of `egret`, without what the shell takes from it.
fn words(command: &str) -> Option<Vec<String>> {
    let command = command.trim().strip_prefix("sudo ").unwrap_or(command.trim());
    let rest = command.strip_prefix("egret ")?;
    let rest = rest.split(" | ").next()?.split(" # ").next()?.split(" < ").next()?;
    let mut words = vec!["egret".to_owned()];
    for (index, part) in rest.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    Some(words)
}

#[test]
fn every_command_in_the_documentation_is_understood() {
    let definition = egret_console::command::add_to(CommandLine::new()).definition();
    let (mut n_commands, mut wrong) = (0, Vec::new());
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for words in commands(&text).iter().filter_map(|command| words(command)) {
            n_commands += 1;
            let parsed = definition.clone().try_get_matches_from(&words);
            // A command with subcommands may be named alone; `--help` is an answer too.
            let is_fine = parsed.err().is_none_or(|error| {
                use egret::cli::clap::error::ErrorKind::{
                    DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, MissingSubcommand,
                };
                matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | MissingSubcommand)
            });
            if !is_fine {
                wrong.push(format!("{}: {}", document.display(), words.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(n_commands > 50, "only {n_commands} commands were found");
}

#[test]
fn the_reader_of_documents_finds_commands() {
    let text =
        "See `egret status`, not `status`.\n```sh\nsudo egret exec -- sh -c 'a b' | jq .\n```\n```yaml\nx: 1\n```\n";
    let found: Vec<Vec<String>> = commands(text).iter().filter_map(|command| words(command)).collect();
    assert_eq!(found, [vec!["egret", "status"], vec!["egret", "exec", "--", "sh", "-c", "a b"]]);
}
