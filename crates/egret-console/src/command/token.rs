//! `egret token`: what programs show to come in.

use async_trait::async_trait;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args as _, FromArgMatches as _, Subcommand};
use egret::cli::{Addition, Column, Exit, Failure, Field, Session, Table};
use egret::language::Catalogue;
use egret_core::Listing;
use egret_core::job_data::saturating_add;
use egret_core::shell::quoted;
use serde_json::{Value, json};

use super::{HELP, control, failure, trace};
use crate::access::{Need, Scope, TOKEN_LIFETIME, Tokens, UserError, Users};
use crate::words::WORDS;

/// `egret token`.
#[derive(Clone, Copy, Debug)]
pub struct TokenCommand;

/// Makes, lists and revokes access tokens of the console
#[derive(clap::Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a token and writes it to standard output; it is shown this once
    ///
    /// Without --long-lived it is for `?access_token=` in a URL, good for five minutes and one use. A long-lived one is for
    /// the header `Authorization: Bearer TOKEN`, and good for its scopes until it is revoked.
    Create(Create),
    /// Lists the long-lived tokens, never the tokens themselves
    List(Json),
    /// Revokes a long-lived token at once
    Revoke(Revoke),
}

#[derive(clap::Args, Debug)]
struct Json {
    /// Writes JSON instead of text
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
struct Create {
    /// In whose name; it can do nothing that the user may not
    #[arg(long, value_name = "NAME")]
    user: String,
    /// Good until it is revoked
    #[arg(long, requires = "scopes")]
    long_lived: bool,
    /// What a long-lived token is good for; may be given several times
    #[arg(long = "scope", id = "scopes", value_name = "status:read|metrics:read", value_parser = scope_parser(), requires = "long_lived")]
    scopes: Vec<Scope>,
    #[command(flatten)]
    format: Json,
}

#[derive(clap::Args, Debug)]
struct Revoke {
    /// As `egret token list` shows it
    id: String,
    #[command(flatten)]
    format: Json,
}

/// The words of the scopes, so that a misspelt one is told from them.
fn scope_parser() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.map(Scope::as_str))
        .map(|word| word.parse().expect("it is one of the words of the scopes"))
}

#[async_trait(?Send)]
impl Addition for TokenCommand {
    fn command(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("token"))
    }

    fn wants_json(&self, arguments: &ArgMatches) -> bool {
        Arguments::from_arg_matches(arguments).is_ok_and(|arguments| match arguments.command {
            Verb::Create(Create { format, .. }) | Verb::List(format) | Verb::Revoke(Revoke { format, .. }) => {
                format.json
            }
        })
    }

    fn help(&self) -> Option<&'static Catalogue> {
        Some(&HELP)
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments = Arguments::from_arg_matches(arguments).map_err(|error| Failure::usage(error.to_string()))?;
        let tokens = Tokens::new(control(session).await?);
        match arguments.command {
            Verb::Create(create) => create.perform(session, &tokens).await,
            Verb::List(_) => list(session, &tokens).await,
            Verb::Revoke(revoke) => revoke.perform(session, &tokens).await,
        }?;
        Ok(Exit::Success)
    }
}

impl Create {
    async fn perform(self, session: &Session, tokens: &Tokens) -> Result<(), Failure> {
        let users = Users::new(control(session).await?);
        let Some(user) = users.find(&self.user).await.map_err(|error| failure(session, error))? else {
            return Err(failure(session, UserError::Unknown(self.user)));
        };
        if let Some(useless) = self.scopes.iter().find(|scope| !Need::Scope(**scope).is_met_by(user.role)) {
            let language = session.language();
            let arguments = [("role", user.role.as_str().into()), ("scope", useless.as_str().into())];
            let hint = [("name", quoted(&user.name).into())];
            return Err(Failure::new(WORDS.text_with(language, "command-useless-scope", &arguments))
                .with_hint(WORDS.text_with(language, "command-useless-scope-hint", &hint)));
        }
        let now = session.now().await?;
        let token = match self.long_lived {
            true => tokens.create_long_lived(&user.name, &self.scopes, now).await?,
            false => tokens.create(&user.name, now).await?,
        };
        let after = match self.long_lived {
            true => json!({ "token": "long_lived", "scopes": self.scopes }),
            false => json!({ "token": "single_use", "good_until": saturating_add(now, TOKEN_LIFETIME).to_string() }),
        };
        trace(session, "tokens.create", &user.name, Value::Null, after).await?;
        match session.output().is_json() {
            true => session.output().json(&json!({ "token": token, "user": user.name, "scopes": self.scopes })),
            false => session.output().line(token),
        }
    }
}

impl Revoke {
    async fn perform(self, session: &Session, tokens: &Tokens) -> Result<(), Failure> {
        let Some(revoked) = tokens.revoke(&self.id).await? else {
            let language = session.language();
            let arguments = [("id", self.id.as_str().into())];
            return Err(Failure::new(WORDS.text_with(language, "command-no-token", &arguments))
                .with_hint(WORDS.text(language, "command-no-token-hint")));
        };
        let before = json!({ "token": "long_lived", "scopes": revoked.scopes, "id": revoked.id });
        trace(session, "tokens.revoke", &revoked.user, before, Value::Null).await?;
        match session.output().is_json() {
            true => session.output().json(&json!({ "id": self.id })),
            false => {
                let arguments = [("id", self.id.as_str().into())];
                session.output().line(WORDS.text_with(session.language(), "command-token-revoked", &arguments))
            }
        }
    }
}

async fn list(session: &Session, tokens: &Tokens) -> Result<(), Failure> {
    let tokens = tokens.long_lived().await?;
    if session.output().is_json() {
        return session.output().json(&Listing::whole(tokens));
    }
    let reader = session.reader();
    let mut table =
        Table::new([Column::Text("ID"), Column::Text("USER"), Column::Text("SCOPES"), Column::Text("CREATED")]);
    for token in &tokens {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        table.row([
            Field::new(&token.id),
            Field::new(&token.user),
            Field::new(scopes.join(",")),
            Field::new(reader.moment(token.created_at)),
        ]);
    }
    session.output().table(table)
}
