//! `egret user`: who may come into the console.

use async_trait::async_trait;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args as _, FromArgMatches as _, Subcommand};
use egret::cli::{Addition, Column, Exit, Failure, Field, Session, Table};
use egret::language::Catalogue;
use egret_core::Listing;
use egret_core::shell::quoted;
use serde::Serialize;
use serde_json::{Value, json};

use super::password::Source;
use super::{HELP, control, failure, trace};
use crate::access::{Role, Users};
use crate::words::WORDS;

/// `egret user`.
#[derive(Clone, Copy, Debug)]
pub struct UserCommand;

/// Adds, lists and removes users of the console
#[derive(clap::Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Adds a user
    ///
    /// On a terminal it asks for a password. Without one, and without --password-stdin, the user has no password and comes
    /// in with tokens only.
    Add(Add),
    /// Lists the users
    List(Json),
    /// Removes a user with all sessions and tokens
    Remove(Named),
    /// Gives a user another password, and ends the sessions
    Passwd(Passwd),
    /// Gives a user another role
    Role(GiveRole),
}

#[derive(clap::Args, Debug)]
struct Json {
    /// Writes JSON instead of text
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
struct Add {
    /// The name; user_id of the jobs that are the user's own
    name: String,
    /// What the user may do: everything, change jobs, look, or see the own jobs
    #[arg(long, value_name = "admin|operator|viewer|own", value_parser = role_parser())]
    role: Role,
    /// Reads the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    format: Json,
}

#[derive(clap::Args, Debug)]
struct Named {
    /// The user
    name: String,
    #[command(flatten)]
    format: Json,
}

#[derive(clap::Args, Debug)]
struct Passwd {
    /// The user
    name: String,
    /// Reads the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    format: Json,
}

#[derive(clap::Args, Debug)]
struct GiveRole {
    /// The user
    name: String,
    /// The role
    #[arg(value_name = "admin|operator|viewer|own", value_parser = role_parser())]
    role: Role,
    #[command(flatten)]
    format: Json,
}

/// The words of the roles, so that a misspelt one is told from them.
fn role_parser() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str))
        .map(|word| word.parse().expect("it is one of the words of the roles"))
}

/// A user for programs.
#[derive(Serialize)]
struct Shown {
    name: String,
    role: Role,
}

#[async_trait(?Send)]
impl Addition for UserCommand {
    fn command(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("user"))
    }

    fn wants_json(&self, arguments: &ArgMatches) -> bool {
        Arguments::from_arg_matches(arguments).is_ok_and(|arguments| arguments.command.format().json)
    }

    fn help(&self) -> Option<&'static Catalogue> {
        Some(&HELP)
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments = Arguments::from_arg_matches(arguments).map_err(|error| Failure::usage(error.to_string()))?;
        let users = Users::new(control(session).await?);
        match arguments.command {
            Verb::Add(add) => add.perform(session, &users).await,
            Verb::List(_) => list(session, &users).await,
            Verb::Remove(named) => remove(session, &users, &named.name).await,
            Verb::Passwd(passwd) => passwd.perform(session, &users).await,
            Verb::Role(give) => give.perform(session, &users).await,
        }?;
        Ok(Exit::Success)
    }
}

impl Verb {
    fn format(&self) -> &Json {
        match self {
            Self::Add(Add { format, .. })
            | Self::List(format)
            | Self::Remove(Named { format, .. })
            | Self::Passwd(Passwd { format, .. })
            | Self::Role(GiveRole { format, .. }) => format,
        }
    }
}

impl Add {
    async fn perform(self, session: &Session, users: &Users) -> Result<(), Failure> {
        // Before somebody types a password in vain.
        if users.find(&self.name).await.map_err(|error| failure(session, error))?.is_some() {
            return Err(failure(session, crate::access::UserError::Exists(self.name)));
        }
        let password = Source::of_option(self.password_stdin).read(session, &self.name)?;
        let user =
            users.add(&self.name, self.role, password.as_deref()).await.map_err(|error| failure(session, error))?;
        let after = json!({ "role": user.role, "password": if password.is_some() { "set" } else { "none" } });
        trace(session, "users.add", &user.name, Value::Null, after).await?;
        say(session, "command-user-added", &user.name, Some(user.role))?;
        if password.is_none() {
            session.output().note(words(session, "command-no-password", &user.name, None));
        }
        Ok(())
    }
}

impl Passwd {
    async fn perform(self, session: &Session, users: &Users) -> Result<(), Failure> {
        let Some(user) = users.find(&self.name).await.map_err(|error| failure(session, error))? else {
            return Err(failure(session, crate::access::UserError::Unknown(self.name)));
        };
        let Some(password) = Source::of_option(self.password_stdin).read(session, &self.name)? else {
            return Err(Failure::usage(words(session, "command-no-password-given", &self.name, None))
                .with_hint(words(session, "command-no-password-given-hint", &quoted(&self.name), None)));
        };
        let had_one = users.set_password(&self.name, Some(&password)).await.map_err(|error| failure(session, error))?;
        let before = json!({ "password": if had_one { "set" } else { "none" } });
        trace(session, "users.passwd", &self.name, before, json!({ "password": "another", "sessions": "ended" }))
            .await?;
        say(session, "command-user-passwd", &self.name, Some(user.role))
    }
}

impl GiveRole {
    async fn perform(self, session: &Session, users: &Users) -> Result<(), Failure> {
        let former = users.set_role(&self.name, self.role).await.map_err(|error| failure(session, error))?;
        trace(session, "users.role", &self.name, json!({ "role": former }), json!({ "role": self.role })).await?;
        say(session, "command-user-role", &self.name, Some(self.role))
    }
}

async fn list(session: &Session, users: &Users) -> Result<(), Failure> {
    let users = users.list().await.map_err(|error| failure(session, error))?;
    if session.output().is_json() {
        let shown = users.into_iter().map(|user| Shown { name: user.name, role: user.role });
        return session.output().json(&Listing::whole(shown.collect()));
    }
    let mut table = Table::new([Column::Text("NAME"), Column::Text("ROLE")]);
    users.iter().for_each(|user| table.row([Field::new(&user.name), Field::new(user.role)]));
    session.output().table(table)
}

async fn remove(session: &Session, users: &Users, name: &str) -> Result<(), Failure> {
    let former = users.find(name).await.map_err(|error| failure(session, error))?;
    users.remove(name).await.map_err(|error| failure(session, error))?;
    let before = former.as_ref().map_or(Value::Null, |user| json!({ "role": user.role }));
    trace(session, "users.remove", name, before, Value::Null).await?;
    say(session, "command-user-removed", name, former.map(|user| user.role))
}

/// What was done, for people or programs.
fn say(session: &Session, message: &str, name: &str, role: Option<Role>) -> Result<(), Failure> {
    match session.output().is_json() {
        true => session.output().json(&json!({ "name": name, "role": role })),
        false => session.output().line(words(session, message, name, role)),
    }
}

fn words(session: &Session, message: &str, name: &str, role: Option<Role>) -> String {
    let role = role.map_or("", Role::as_str);
    WORDS.text_with(session.language(), message, &[("name", name.into()), ("role", role.into())])
}
