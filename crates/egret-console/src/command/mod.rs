//! The commands that the console adds to the command line.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     egret_console::command::add_to(egret::cli::CommandLine::new()).run(|app| app)
//! }
//! ```

mod console;
mod password;
mod token;
mod user;

use std::sync::Arc;

use egret::cli::{CommandLine, Failure, Session};
use egret::language::{Catalogue, TextValue};
use egret_core::ControlStore;
use egret_core::shell::quoted;
use serde_json::Value;

pub use self::console::ConsoleCommand;
pub use self::token::TokenCommand;
pub use self::user::UserCommand;
use crate::access::UserError;
use crate::audit::{Trace, Trail};
use crate::words::WORDS;

/// Adds all of them.
#[must_use]
pub fn add_to(command_line: CommandLine) -> CommandLine {
    command_line.with(ConsoleCommand).with(UserCommand).with(TokenCommand)
}

/// The Japanese help of the commands.
static HELP: Catalogue = Catalogue::new(&[], &[("help", include_str!("../../locales/ja/help.ftl"))]);

/// Who the trail says it was; nobody can have the name.
const COMMAND_LINE: &str = "(command line)";

/// Where users and tokens are kept.
async fn control(session: &Session) -> Result<Arc<dyn ControlStore>, Failure> {
    Ok(session.app().await?.control_store().await?)
}

/// Writes down a change that was made by a command.
async fn trace(
    session: &Session,
    action: &'static str,
    target: &str,
    before: Value,
    after: Value,
) -> Result<(), Failure> {
    let trace = Trace { before, after, ..Trace::new(session.now().await?, COMMAND_LINE, action, target) };
    Trail::new(control(session).await?).add(&trace).await?;
    Ok(())
}

/// What is the matter with a user, with what mends it.
fn failure(session: &Session, error: UserError) -> Failure {
    let say = |message: &str, arguments: &[(&str, TextValue)]| WORDS.text_with(session.language(), message, arguments);
    let named = |message: &str, name: &str| say(message, &[("name", name.into())]);
    match error {
        UserError::Name(name) => Failure::new(named("command-bad-name", &name)),
        UserError::Password(n) => Failure::new(say("command-bad-password", &[("n", n.into())])),
        UserError::Exists(name) => Failure::new(named("command-user-exists", &name))
            .with_hint(named("command-user-exists-hint", &quoted(&name))),
        UserError::Unknown(name) => {
            Failure::new(named("command-no-user", &name)).with_hint(say("command-no-user-hint", &[]))
        }
        UserError::Hash(error) => Failure::new(say("command-not-hashed", &[("error", error.into())])),
        UserError::Store(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use egret::language::Language;

    use super::*;

    #[test]
    fn every_command_and_every_option_has_a_text_in_japanese() {
        let faults = add_to(CommandLine::new()).faults_of_help(Language::Japanese);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
