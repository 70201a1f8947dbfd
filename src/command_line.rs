//! The command line: reads what is to be done and does it. Serving, and going down in order, is here.

mod backup;
mod check;
mod invitation;
mod key;
mod offline;
mod project;
mod signing_key;
mod table;
mod token;
mod user;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{Credentials, Parts, Server};
use crate::clock::system_clock;
use crate::config::{
    AssistantOptions, Auth, ChatOptions, ClientOptions, Command, Config, Pair, StatusOptions, TlsOptions,
    TraceOptions,
};
use crate::conversation::assistant::Settings;
use crate::domain::Limits;
use crate::identity::Mode;
use crate::identity::foreign::{ForeignKeyError, ForeignRules, ForeignTokens};
use crate::identity::keys::{KeyError, SigningKeys};
use crate::identity::tokens::Lifetimes;
use crate::logging;
use crate::operations::TraceRules;
use crate::operations::status::{Levels, Thresholds};
use crate::project::templates::{Library, TemplateFault};
use crate::session::Rules;
use crate::store::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::transport::address::TrustedProxies;
use crate::transport::gateway::chat::ChatRules;
use crate::transport::gateway::client::ClientRules;
use crate::transport::gateway::stream::StreamRules;
use crate::transport::guard::Guard;
use crate::transport::limits::Allowance;
use crate::transport::networks::Networks;
use crate::transport::realtime::Realtime;
use crate::transport::serving::Patience;
use crate::transport::status::StatusRules;
use crate::transport::tls::{CertificateError, CertificateFiles, Tls};

/// What a shell sees of a process that a second signal ended: 128 and SIGINT.
const ENDED_AT_ONCE: u8 = 130;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("the log file {file} cannot be opened: {cause}")]
    LogFile { file: String, cause: io::Error },
    #[error("the data directory cannot be used: {0}")]
    Store(#[from] StoreError),
    #[error("cannot listen on {addresses}: {cause}")]
    Listen { addresses: String, cause: io::Error },
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error(transparent)]
    ForeignKeys(#[from] ForeignKeyError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs the process from its first argument to its exit code.
#[must_use]
pub fn run() -> ExitCode {
    match Command::from_process() {
        Command::Serve(config) => run_server(*config),
        Command::Check(options) => check::run(&options),
        Command::Backup(options) => backup::backup(&options),
        Command::Restore(options) => backup::restore(&options),
        Command::Project(command) => project::run(&command),
        Command::User(command) => user::run(&command),
        Command::Key(command) => key::run(&command),
        Command::Invitation(command) => invitation::run(&command),
        Command::Token(command) => token::run(&command),
        Command::SigningKey(command) => signing_key::run(&command),
    }
}

fn run_server(config: Config) -> ExitCode {
    // Held to the end: dropped, it waits until the file has what was logged.
    let _log = match logging::init(&config) {
        Ok(log) => log,
        Err(cause) => {
            let file = config.log_file.unwrap_or_default().display().to_string();
            return failed(&StartError::LogFile { file, cause });
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let ended = runtime.block_on(serve(&config));
    // What a second signal left behind is not waited for.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &StartError) -> ExitCode {
    tracing::error!("{error}");
    ExitCode::FAILURE
}

/// What clients of `/ws/chat` may use.
fn chat(options: &ChatOptions) -> ChatRules {
    let ChatOptions { connections, connections_of_a_client, idle } = *options;
    ChatRules { connections, connections_of_a_client, idle, ..ChatRules::default() }
}

/// What clients of `/ws/{client_id}` may use.
fn client(options: &ClientOptions) -> ClientRules {
    let ClientOptions { connections_of_a_client, idle } = *options;
    ClientRules { connections_of_a_client, idle }
}

/// When the server is checked, measured and told, and what is too much.
fn status(config: &Config) -> StatusRules {
    let StatusOptions { response_time, error_rate, connections, memory, lag, disk_free } = config.status;
    let levels = |pair: Pair| Levels::new(pair.warning, pair.critical);
    let thresholds = Thresholds {
        response_time: levels(response_time),
        error_rate: levels(error_rate),
        connections: levels(connections),
        memory: levels(memory),
        event_loop_lag: levels(lag),
        disk_free: levels(disk_free),
    };
    StatusRules { thresholds, data: Some(config.data.clone()), ..StatusRules::default() }
}

/// The assistant, if there is one.
fn assistant(options: AssistantOptions) -> Option<Settings> {
    let AssistantOptions {
        url,
        model,
        models,
        system,
        temperature,
        max_tokens,
        at_once,
        confidence_threshold,
    } = options;
    let (temperature, confidence_threshold) = (temperature.get(), confidence_threshold.get());
    let settings = Settings::new(url?, model);
    Some(Settings { models, system, temperature, max_tokens, at_once, confidence_threshold, ..settings })
}

fn traces(options: &TraceOptions) -> Option<TraceRules> {
    let collector = options.to.clone()?;
    Some(TraceRules { collector, one_in: options.one_in })
}

/// What TLS is spoken with, if it is.
fn tls(options: &TlsOptions) -> Result<Option<Arc<Tls>>, CertificateError> {
    let (Some(certificate), Some(key)) = (options.cert.clone(), options.key.clone()) else { return Ok(None) };
    Tls::open(CertificateFiles { certificate, key }).map(|tls| Some(Arc::new(tls)))
}

async fn serve(config: &Config) -> Result<ExitCode, StartError> {
    let mut signals = Signals::listen()?;
    let mut hangups = signal(SignalKind::hangup())?;
    let (templates, faults) = Library::open(config.templates.clone());
    log_faults(&faults);
    let tls = tls(&config.tls)?;
    let store = Arc::new(SqliteStore::open(&config.data)?);
    let parts = Parts {
        store,
        credentials: credentials(config)?,
        templates,
        guard: Guard::new(config.allow_host.clone(), config.allow_origin.clone()),
        networks: Networks::new(config.allow_network.clone(), config.deny_network.clone()),
        allowance: allowance(config),
        rules: Rules {
            limits: Limits { nodes: config.max_nodes, ..Limits::default() },
            lenient_parents: config.lenient_parents,
            max_sessions: config.max_sessions,
            ..Rules::default()
        },
        strict: config.strict,
        legacy_event_names: config.legacy_event_names,
        admin_ui: config.admin_ui,
        unload_after: config.unload_after,
        end_idle_after: config.end_idle_after,
        tls,
        patience: Patience::default(),
        assistant: assistant(config.assistant.clone()),
        chat: chat(&config.chat),
        client: client(&config.client),
        traces: traces(&config.traces),
        stream: StreamRules::default(),
        status: status(config),
        realtime: Realtime { chat: config.realtime.chat, status: config.realtime.status },
    };
    let server = Server::start(&config.listen, parts).await.map_err(|cause| {
        let addresses: Vec<_> = config.listen.iter().map(ToString::to_string).collect();
        StartError::Listen { addresses: addresses.join(", "), cause }
    })?;
    welcome(server.addresses(), if config.tls.cert.is_some() { "https" } else { "http" });
    tokio::select! {
        () = signals.next() => {}
        () = reload_on(&mut hangups, &server) => {}
    }
    tracing::info!("going down; a second signal ends the process at once");
    tokio::select! {
        () = server.shut_down(config.shutdown_timeout) => Ok(ExitCode::SUCCESS),
        () = signals.next() => Ok(ExitCode::from(ENDED_AT_ONCE)),
    }
}

/// Others' tokens that are taken, too.
fn foreign(config: &Config) -> Result<Option<ForeignTokens>, ForeignKeyError> {
    let rules = ForeignRules {
        issuer: config.trusted_issuer.clone(),
        audience: config.trusted_audience.clone(),
        user_claim: config.user_claim.clone(),
        name_claim: Some(config.name_claim.clone()),
        role_claim: Some(config.role_claim.clone()),
        ..ForeignRules::default()
    };
    match (&config.trusted_keys, &config.trusted_secret_file) {
        (Some(file), _) => ForeignTokens::public_keys(file, rules, system_clock()).map(Some),
        (None, Some(file)) => ForeignTokens::shared_secret(file, rules, system_clock()).map(Some),
        (None, None) => Ok(None),
    }
}

fn credentials(config: &Config) -> Result<Credentials, StartError> {
    let keys = match &config.jwt_secret_file {
        Some(file) => SigningKeys::given_file(file)?,
        None => SigningKeys::open(&config.data, system_clock()())?,
    };
    let mode = match config.auth {
        Auth::Open => Mode::Open,
        Auth::Token => Mode::Token,
    };
    let (access, refresh) = (config.access_token_lifetime, config.refresh_token_lifetime);
    let lifetimes = Lifetimes { access, refresh };
    Ok(Credentials { mode, keys: Arc::new(keys), lifetimes, foreign: foreign(config)? })
}

fn allowance(config: &Config) -> Allowance {
    Allowance {
        commands_per_second: config.max_commands_per_second,
        commands_burst: config.max_commands_burst,
        connections: config.max_connections,
        trusted_proxies: TrustedProxies::new(config.trusted_proxy.clone()),
        connections_per_address: config.max_connections_per_address,
        connections_per_user: config.max_connections_per_user,
        broadcasts_per_minute: config.broadcasts.per_minute,
        broadcast_queue: config.broadcasts.queue,
        ..Allowance::default()
    }
}

fn log_faults(faults: &[TemplateFault]) {
    for fault in faults {
        match fault.left_out {
            true => tracing::warn!("template not read: {fault}"),
            false => tracing::warn!("template read, but: {fault}"),
        }
    }
}

/// Reads the templates and the certificate again whenever the process is hung up, as long as it is polled.
async fn reload_on(hangups: &mut Signal, server: &Server) {
    while hangups.recv().await.is_some() {
        server.renew_certificate().await;
        let reload = server.reload_templates().await;
        log_faults(&reload.faults);
        let changed: Vec<_> = reload.changed.iter().map(|template| &*template.id).collect();
        tracing::info!(?changed, removed = ?reload.removed, faults = reload.faults.len(), "templates reloaded");
    }
    std::future::pending::<()>().await;
}

/// Says something to whoever reads standard output.
fn tell(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever stopped listening has heard enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// Says where the server is and what to try, to whoever started it.
fn welcome(addresses: &[SocketAddr], scheme: &str) {
    for address in addresses {
        tracing::info!(%address, scheme, "listening");
    }
    let Some(address) = addresses.first() else { return };
    let text = format!(
        "Graphroom listens on {scheme}://{address}\n\
         Open it in a browser, or make a project:\n  \
         curl -s {scheme}://{address}/api/v1/projects -H 'content-type: application/json' \
         -d '{{\"template_id\":\"restomod\",\"project_name\":\"My first\"}}'\n\
         The README shows what to do with it. Ctrl-C stops.\n"
    );
    // Nobody may be reading: that is no reason to go down.
    drop(io::stdout().write_all(text.as_bytes()));
}

/// The signals that end the process.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
