//! What the server is told at its start: flags, the environment, `.env`, a file, and defaults.
//!
//! The only reader of the process's arguments and environment. It checks what can be checked without
//! touching what an option names; that a directory is there, or an address free, shows when it is used.

mod accounts;
mod aliases;
mod assistant;
mod broadcasts;
mod chat;
mod client;
mod data;
mod duration;
mod environment;
mod file;
mod project;
mod realtime;
mod sources;
mod status;
#[cfg(test)]
mod tests;
mod tls;
mod traces;
mod values;

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

pub use accounts::{
    AddUser, CreateInvitation, CreateKey, InvitationCommand, IssueToken, KeyCommand, ListKeys, ListUsers,
    RemoveSigningKey, RevokeInvitation, RevokeKey, SigningKeyCommand, ThatUser, TokenCommand, UserCommand,
};
pub use assistant::{AssistantOptions, Share, Temperature};
pub use broadcasts::BroadcastOptions;
pub use chat::ChatOptions;
pub use client::ClientOptions;
pub use data::{BackupOptions, CheckOptions};
pub use environment::Environment;
pub use project::{ExportOptions, ImportOptions, ListOptions, ProjectCommand, Stored};
pub use realtime::RealtimeOptions;
pub use status::{Pair, StatusOptions};
pub use tls::TlsOptions;
pub use traces::TraceOptions;
use values::{at_least_one, burst, idle, lifetime, log_filter, network};

/// The values that the server runs with.
///
/// Each field is a flag of the same name, a key of the file, and a variable of the environment:
/// `GRAPHROOM_`, then the name in capitals. Lists are separated by commas there. `docs/operations.md`
/// has the table.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// A TOML file of options; its keys are their names, with underscores
    #[arg(long, env = "GRAPHROOM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Where to listen. Repeatable; port 0 takes a free one
    #[arg(long, env = "GRAPHROOM_LISTEN", value_name = "ADDRESS:PORT", value_delimiter = ',')]
    #[arg(default_values_t = [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5000)])]
    pub listen: Vec<SocketAddr>,

    /// The directory that holds all projects
    #[arg(long, env = "GRAPHROOM_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,

    /// A directory of templates (*.yaml, *.yml) beside the built-in ones
    #[arg(long, env = "GRAPHROOM_TEMPLATES", value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Make new projects strict, unless their maker says otherwise
    #[arg(long, env = "GRAPHROOM_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,

    /// Make a root of a new node whose parent is unknown, instead of refusing it
    #[arg(long, env = "GRAPHROOM_LENIENT_PARENTS", value_parser = FalseyValueParser::new())]
    pub lenient_parents: bool,

    /// Send the older names of events on every namespace, not on /graph alone
    #[arg(long, env = "GRAPHROOM_LEGACY_EVENT_NAMES", value_parser = FalseyValueParser::new())]
    pub legacy_event_names: bool,

    /// Let admins look on by Socket.IO's Admin UI, on the namespace /admin
    #[arg(long, env = "GRAPHROOM_ADMIN_UI", value_parser = FalseyValueParser::new())]
    pub admin_ui: bool,

    /// How long nobody may use a session before it is unloaded: 90s, 30m, 2h
    #[arg(long, env = "GRAPHROOM_UNLOAD_AFTER", value_name = "TIME", value_parser = duration::parse)]
    #[arg(default_value = "30m")]
    pub unload_after: Duration,

    /// After how long without any sign of life, be it the answer to a ping, a connection is ended: 1m, 2h
    #[arg(long, env = "GRAPHROOM_END_IDLE_AFTER", value_name = "TIME", value_parser = idle)]
    #[arg(default_value = "30m")]
    pub end_idle_after: Duration,

    /// The form of the log
    #[arg(long, env = "GRAPHROOM_LOG", value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,

    /// What is logged: levels by module, as tracing's EnvFilter takes them
    #[arg(long, env = "GRAPHROOM_LOG_FILTER", value_name = "FILTER", value_parser = log_filter)]
    #[arg(default_value = "info,socketioxide=warn,engineioxide=warn")]
    pub log_filter: String,

    /// Log to this file; what is a warning or worse goes to standard error, too
    #[arg(long, env = "GRAPHROOM_LOG_FILE", value_name = "FILE")]
    pub log_file: Option<PathBuf>,

    /// How many days of the log file to keep, each in a file of its own
    #[arg(long, env = "GRAPHROOM_LOG_FILE_KEEP", value_name = "NUMBER", value_parser = at_least_one)]
    #[arg(default_value_t = 7)]
    pub log_file_keep: usize,

    /// A host name that the server answers to beside loopback ones, with or without a port. Repeatable
    #[arg(long, env = "GRAPHROOM_ALLOW_HOST", value_name = "HOST", value_delimiter = ',')]
    pub allow_host: Vec<String>,

    /// An origin whose pages may use the server beside loopback ones, as https://host:port. Repeatable
    #[arg(long, env = "GRAPHROOM_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,

    /// A network whose clients are answered, as 10.0.0.0/8, or an address. Repeatable; without it, all are
    #[arg(long, env = "GRAPHROOM_ALLOW_NETWORK", value_name = "ADDRESS|CIDR", value_delimiter = ',')]
    #[arg(value_parser = network)]
    pub allow_network: Vec<IpNet>,

    /// A network whose clients are not, whatever --allow-network says. Repeatable
    #[arg(long, env = "GRAPHROOM_DENY_NETWORK", value_name = "ADDRESS|CIDR", value_delimiter = ',')]
    #[arg(value_parser = network)]
    pub deny_network: Vec<IpNet>,

    /// Allow to listen beyond loopback, where anybody who reaches the port may change everything
    #[arg(long, env = "GRAPHROOM_INSECURE", value_parser = FalseyValueParser::new())]
    pub insecure: bool,

    /// The certificate for TLS.
    #[command(flatten)]
    pub tls: TlsOptions,

    /// Who has to say who it is: nobody (open), or everybody by something that was given out (token)
    #[arg(long, env = "GRAPHROOM_AUTH", value_enum, default_value_t = Auth::Open)]
    pub auth: Auth,

    /// A file with the secret that tokens are signed with, readable by its owner alone. Without it one is made, once
    #[arg(long, env = "GRAPHROOM_JWT_SECRET_FILE", value_name = "FILE")]
    pub jwt_secret_file: Option<PathBuf>,

    /// For how long an access token is good
    #[arg(long, env = "GRAPHROOM_ACCESS_TOKEN_LIFETIME", value_name = "TIME", value_parser = lifetime)]
    #[arg(default_value = "24h")]
    pub access_token_lifetime: Duration,

    /// For how long a refresh token is good
    #[arg(long, env = "GRAPHROOM_REFRESH_TOKEN_LIFETIME", value_name = "TIME", value_parser = lifetime)]
    #[arg(default_value = "168h")]
    pub refresh_token_lifetime: Duration,

    /// A file of public keys (PEM or JWKS) whose bearers' tokens are taken, too
    #[arg(long, env = "GRAPHROOM_TRUSTED_KEYS", value_name = "FILE")]
    pub trusted_keys: Option<PathBuf>,

    /// A file with the secret of another server whose tokens (HS256) are taken, too
    #[arg(long, env = "GRAPHROOM_TRUSTED_SECRET_FILE", value_name = "FILE")]
    pub trusted_secret_file: Option<PathBuf>,

    /// Who must have made those tokens (iss), if anybody in particular
    #[arg(long, env = "GRAPHROOM_TRUSTED_ISSUER", value_name = "TEXT")]
    pub trusted_issuer: Option<String>,

    /// Whom they must be for (aud). Without it, tokens that say whom they are for are not taken
    #[arg(long, env = "GRAPHROOM_TRUSTED_AUDIENCE", value_name = "TEXT")]
    pub trusted_audience: Option<String>,

    /// Their claim with the user's id
    #[arg(long, env = "GRAPHROOM_USER_CLAIM", value_name = "CLAIM", default_value = "sub")]
    pub user_claim: String,

    /// Their claim with the user's name
    #[arg(long, env = "GRAPHROOM_NAME_CLAIM", value_name = "CLAIM", default_value = "name")]
    pub name_claim: String,

    /// Their claim with the user's role or roles: admin and super_admin make an admin
    #[arg(long, env = "GRAPHROOM_ROLE_CLAIM", value_name = "CLAIM", default_value = "role")]
    pub role_claim: String,

    /// How long a shutdown may take: 500ms, 10s, 2m
    #[arg(long, env = "GRAPHROOM_SHUTDOWN_TIMEOUT", value_name = "TIME", value_parser = duration::parse)]
    #[arg(default_value = "10s")]
    pub shutdown_timeout: Duration,

    /// How many nodes a project may have
    #[arg(long, env = "GRAPHROOM_MAX_NODES", value_name = "NUMBER", value_parser = at_least_one)]
    #[arg(default_value_t = 100_000)]
    pub max_nodes: usize,

    /// How many commands in a second a connection or, over REST, an author at an address may give. 0 for any
    #[arg(long, env = "GRAPHROOM_MAX_COMMANDS_PER_SECOND", value_name = "NUMBER", default_value_t = 500)]
    #[arg(value_parser = clap::value_parser!(u32).range(..=MAX_RATE))]
    pub max_commands_per_second: u32,

    /// How many commands it may give at once
    #[arg(long, env = "GRAPHROOM_MAX_COMMANDS_BURST", value_name = "NUMBER", value_parser = burst)]
    #[arg(default_value = "5000")]
    pub max_commands_burst: NonZeroU32,

    /// How many connections by Socket.IO and plain WebSocket there may be. 0 for any number
    #[arg(long, env = "GRAPHROOM_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = 10_000)]
    pub max_connections: usize,

    /// How many of them one address may have. 0 for any number
    #[arg(long, env = "GRAPHROOM_MAX_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER", default_value_t = 0)]
    pub max_connections_per_address: usize,

    /// How many of them one user may have, with --auth token. 0 for any number
    #[arg(long, env = "GRAPHROOM_MAX_CONNECTIONS_PER_USER", value_name = "NUMBER", default_value_t = 0)]
    pub max_connections_per_user: usize,

    /// How many sessions may be loaded at once; one that nobody uses makes room for the next. 0 for any number
    #[arg(long, env = "GRAPHROOM_MAX_SESSIONS", value_name = "NUMBER", default_value_t = 1_000)]
    pub max_sessions: usize,

    /// A proxy whose X-Forwarded-For says who asks: an address, or a network as 10.0.0.0/8. Repeatable
    #[arg(long, env = "GRAPHROOM_TRUSTED_PROXY", value_name = "ADDRESS|CIDR", value_delimiter = ',')]
    #[arg(value_parser = network)]
    pub trusted_proxy: Vec<IpNet>,

    /// The assistant, and what may be asked of it.
    #[command(flatten)]
    pub assistant: AssistantOptions,

    /// What may be told to many at once.
    #[command(flatten)]
    pub broadcasts: BroadcastOptions,

    /// What clients of `/ws/chat` may use.
    #[command(flatten)]
    pub chat: ChatOptions,

    /// What clients of `/ws/{client_id}` may use.
    #[command(flatten)]
    pub client: ClientOptions,

    /// Where traces of commands go.
    #[command(flatten)]
    pub traces: TraceOptions,

    /// When alerts are raised.
    #[command(flatten)]
    pub status: StatusOptions,

    /// What is told as it happens.
    #[command(flatten)]
    pub realtime: RealtimeOptions,
}

/// The highest rate that can be told from none.
const MAX_RATE: i64 = 1_000_000;

/// Who has to say who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// Nobody: everybody may do everything.
    Open,
    /// Everybody, by a token, an API key or a session token.
    Token,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// A Socket.IO-compatible collaboration server: shared graphs, edited by many.
#[derive(Parser)]
#[command(name = "graphroom", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    /// Without a command, the flags are those of `serve`.
    #[command(flatten)]
    serve: Config,
}

/// What the process is to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Runs the server. The default
    Serve(Box<Config>),
    /// Reads everything that is stored and says what is not as it was written
    #[command(after_help = "Exit codes: 0 nothing is wrong, 1 something is, 2 it could not be checked.")]
    Check(CheckOptions),
    /// Writes all that is stored into one file; a server may use the directory meanwhile
    Backup(BackupOptions),
    /// Makes a data directory of a backup
    Restore(BackupOptions),
    /// Lists, exports and imports the projects of a data directory that no server uses
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Adds, lists, disables and enables the users of a data directory that no server uses
    #[command(subcommand)]
    User(UserCommand),
    /// Creates, lists and revokes the API keys of a data directory that no server uses
    #[command(subcommand)]
    Key(KeyCommand),
    /// Creates, lists and revokes the invitations of a data directory that no server uses
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// Issues tokens for a data directory that no server uses
    #[command(subcommand)]
    Token(TokenCommand),
    /// Lists, rotates and removes the keys that tokens are signed with in a data directory that no server uses
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
}

impl Command {
    /// Reads the process's own arguments and environment. Where they are wrong, or ask for help or the
    /// version, it says so and ends the process.
    #[must_use]
    pub fn from_process() -> Self {
        Self::try_parse_in(std::env::args_os(), &Environment::of_process())
            .unwrap_or_else(|error| error.exit())
    }

    /// Reads these arguments, the first of which is the program's name, and an environment.
    ///
    /// # Errors
    /// Arguments that are not understood, values out of their range, a file that cannot be read, an
    /// address beyond loopback without `--insecure`; also a call for help or the version.
    /// [`clap::Error`] knows how to tell it.
    pub fn try_parse_in<I, T>(arguments: I, environment: &Environment) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString>,
    {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let matches = sources::parse(CommandLine::command(), &arguments, environment)?;
        let CommandLine { command, serve } = CommandLine::from_arg_matches(&matches)?;
        let command = command.unwrap_or_else(|| Self::Serve(Box::new(serve)));
        if let Self::Serve(config) = &command {
            config.check_listen()?;
            config.check_trusted()?;
            config.check_tls()?;
        }
        Ok(command)
    }
}

impl Config {
    /// Others' tokens are held against one thing.
    fn check_trusted(&self) -> Result<(), clap::Error> {
        if self.trusted_keys.is_some() && self.trusted_secret_file.is_some() {
            let message = "--trusted-keys and --trusted-secret-file do not go together";
            return Err(CommandLine::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(())
    }

    /// A certificate is of no use without its key.
    fn check_tls(&self) -> Result<(), clap::Error> {
        if self.tls.cert.is_some() == self.tls.key.is_some() {
            return Ok(());
        }
        let message = "--tls-cert and --tls-key go together: give both or none";
        Err(CommandLine::command().error(ErrorKind::MissingRequiredArgument, message))
    }

    /// In open mode whoever reaches the port may do everything.
    fn check_listen(&self) -> Result<(), clap::Error> {
        let is_beyond = |address: &&SocketAddr| !address.ip().is_loopback();
        match self.listen.iter().find(is_beyond) {
            Some(address) if !self.insecure && self.auth == Auth::Open => Err(CommandLine::command().error(
                ErrorKind::ValueValidation,
                format!(
                    "--listen {address} is reachable from other machines, and there is no login: \
                     whoever reaches it may change everything. Listen on 127.0.0.1 or [::1], give \
                     --auth token, or --insecure if the network is trusted"
                ),
            )),
            _ => Ok(()),
        }
    }
}
