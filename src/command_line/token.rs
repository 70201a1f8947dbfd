//! `graphroom token`: access tokens, signed as a server of the data directory would.

use std::process::ExitCode;
use std::sync::Arc;

use super::offline::{Failure, hand_over, in_accounts, note, remark, run_to_end};
use super::user::{active_user, check_user_id, unknown};
use crate::clock::system_clock;
use crate::config::{IssueToken, TokenCommand};
use crate::identity::ADMIN;
use crate::identity::audit::{Kind, Note};
use crate::identity::keys::SigningKeys;
use crate::identity::tokens::{Bearer, Issued, Lifetimes, Tokens};
use crate::store::Store;

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &TokenCommand) -> ExitCode {
    match command {
        TokenCommand::Issue(options) => run_to_end("token issue", issue(options)),
    }
}

async fn issue(options: &IssueToken) -> Result<(), Failure> {
    check_user_id(&options.user_id)?;
    let issued = in_accounts(&options.stored.data, async |store| {
        let roles = roles(&*store, options).await?;
        let issued = sign(options, roles)?;
        let by = Note::new(Kind::TokensIssued).of(&options.user_id).with("by", "command-line");
        note(&*store, by).await?;
        Ok(issued)
    });
    let Issued { text, claims } = issued.await?;
    let until = claims.expires_at();
    remark(&format!("access token of {:?}, until {until}:", options.user_id));
    hand_over(&text).map_err(|error| Failure::NotDone(format!("standard output: {error}")))
}

/// What a server makes of a user is what the store has of it, whatever a token says: so a token says the same.
async fn roles(store: &dyn Store, options: &IssueToken) -> Result<Vec<String>, Failure> {
    let user_id = options.user_id.as_str();
    let is_admin = match (active_user(store, user_id).await?, options.admin) {
        (Some(user), true) if !user.is_admin => {
            return Err(Failure::NotDone(format!("the user {user_id:?} is no admin")));
        }
        (Some(user), _) => user.is_admin,
        (None, true) => {
            remark(&format!("there is no user {user_id:?}: it is an admin by the token alone"));
            true
        }
        (None, false) => return Err(unknown(user_id)),
    };
    Ok(is_admin.then(|| ADMIN.to_owned()).into_iter().collect())
}

fn sign(options: &IssueToken, roles: Vec<String>) -> Result<Issued, Failure> {
    let clock = system_clock();
    let keys = match &options.jwt_secret_file {
        Some(file) => SigningKeys::given_file(file)?,
        None => SigningKeys::open(&options.stored.data, clock())?,
    };
    let lifetimes = Lifetimes { access: options.access_token_lifetime, ..Lifetimes::default() };
    let bearer = Bearer { user_id: options.user_id.clone(), device_name: None, device_type: None, roles };
    // The refresh token of the pair is nobody's.
    Ok(Tokens::new(Arc::new(keys), clock, lifetimes).issue(&bearer)?.access)
}
