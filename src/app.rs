//! The composition root: the only one that sees every part.

mod chores;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::serve::Listener;
use graphroom_protocol::rest::errors::{ErrorCategory, ErrorSeverity};
use tokio::task::JoinSet;
use tokio::time::{timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;

use crate::channels::Channels;
use crate::clock::system_clock;
use crate::conversation::Conversations;
use crate::conversation::assistant::{Ollama, Settings};
use crate::feed::Feeds;
use crate::identity::audit::Audit;
use crate::identity::foreign::ForeignTokens;
use crate::identity::keys::SigningKeys;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::{Lifetimes, Tokens};
use crate::identity::{self, Identity, Mode};
use crate::operations::{
    Broadcasts, CutReason, Maintenance, Metrics, Readiness, Status, TraceRules, Traces, Watching, readiness,
};
use crate::project::templates::library::Reload;
use crate::project::{Library, Projects};
use crate::session::{Observer, Registry, Rules};
use crate::store::Store;
use crate::transport::connection::Connections;
use crate::transport::connections::Roster;
use crate::transport::gateway::chat::ChatRules;
use crate::transport::gateway::chat::sessions::ChatSessions;
use crate::transport::gateway::client::ClientRules;
use crate::transport::gateway::client::talks::ClientTalks;
use crate::transport::gateway::stream::{StreamRules, Streams};
use crate::transport::guard::{self, Guard};
use crate::transport::limits::{Allowance, Limiter};
use crate::transport::link::LinkListener;
use crate::transport::networks::Networks;
use crate::transport::people::People;
use crate::transport::realtime::Realtime;
use crate::transport::rest::error::ApiError;
use crate::transport::serving::{Patience, Serving, serve};
use crate::transport::socketio::{Namespaces, SocketIoServer};
use crate::transport::status::{StatusRules, checking};
use crate::transport::tls::Tls;
use crate::transport::{Backend, Terms, gateway, headers, request_log, rest};

/// How long the actors may take for what waits when the server goes down.
const DRAIN: Duration = Duration::from_secs(5);
/// How long connections may take to write what is answered already.
const LAST_WRITES: Duration = Duration::from_millis(250);
/// When clients should try again after a shutdown.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What a server is made of.
pub struct Parts {
    /// What lasts.
    pub store: Arc<dyn Store>,
    /// What projects can be made from.
    pub templates: Library,
    /// Where requests may come from.
    pub guard: Guard,
    /// Where clients may be.
    pub networks: Networks,
    /// Who has to say who it is, and by what.
    pub credentials: Credentials,
    /// What clients may use of the server.
    pub allowance: Allowance,
    /// What decisions depend on; the templates to adopt are added.
    pub rules: Rules,
    /// Whether new projects are strict that do not say.
    pub strict: bool,
    /// How long nobody may use a session before it is unloaded.
    pub unload_after: Duration,
    /// After how long without any sign of life a connection is ended, be it open or not.
    pub end_idle_after: Duration,
    /// What TLS is spoken with; without it HTTP is plain.
    pub tls: Option<Arc<Tls>>,
    /// How long clients may take with their requests.
    pub patience: Patience,
    /// Whether members on `/` get the older event names too.
    pub legacy_event_names: bool,
    /// Whether admins may look on by Socket.IO's Admin UI.
    pub admin_ui: bool,
    /// The assistant; without it nobody answers.
    pub assistant: Option<Settings>,
    /// What clients of `/ws/chat` may use.
    pub chat: ChatRules,
    /// What clients of `/ws` may use.
    pub stream: StreamRules,
    /// What clients of `/ws/{client_id}` may use.
    pub client: ClientRules,
    /// When the server is checked, measured and told, and what is too much.
    pub status: StatusRules,
    /// What is told as it happens.
    pub realtime: Realtime,
    /// Which commands are traced, and where to; without it none.
    pub traces: Option<TraceRules>,
}

/// Who has to say who it is, and what tokens are signed with.
pub struct Credentials {
    /// Who has to.
    pub mode: Mode,
    /// What signs.
    pub keys: Arc<SigningKeys>,
    /// How long tokens are good.
    pub lifetimes: Lifetimes,
    /// Others' tokens that are taken, too.
    pub foreign: Option<ForeignTokens>,
}

/// A running server.
pub struct Server {
    addresses: Vec<SocketAddr>,
    backend: Arc<Backend>,
    store: Arc<dyn Store>,
    templates: Arc<Library>,
    /// REST requests that are being answered.
    requests: TaskTracker,
    /// Ends the listeners, once the connections are done.
    stop: CancellationToken,
    serving: JoinSet<()>,
    traces: Option<Arc<Traces>>,
    tls: Option<Arc<Tls>>,
}

impl Server {
    /// Listens on every address. Port 0 takes a free one; [`Self::addresses`] tells which.
    ///
    /// # Errors
    /// If an address cannot be listened on; then none is.
    pub async fn start(listen: &[SocketAddr], parts: Parts) -> std::io::Result<Self> {
        let Parts {
            store,
            templates,
            guard,
            networks,
            credentials,
            allowance,
            rules,
            strict,
            unload_after,
            end_idle_after,
            tls,
            patience,
            legacy_event_names,
            admin_ui,
            assistant,
            chat,
            stream,
            client,
            status: status_rules,
            realtime,
            traces,
        } = parts;
        let assistant = assistant.map(Ollama::new).transpose().map_err(std::io::Error::other)?;
        let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION")));
        let traces = traces.map(|rules| Traces::new(&rules, env!("CARGO_PKG_VERSION"))).transpose();
        let traces = traces.map_err(std::io::Error::other)?;
        let mut listeners = Vec::with_capacity(listen.len());
        for address in listen {
            let (metrics, acceptor) = (Arc::clone(&metrics), tls.as_ref().map(|tls| tls.acceptor()));
            let stalled = Arc::new(move || metrics.count_cut(CutReason::Stalled));
            listeners.push(LinkListener::bind(*address).await?.on_stalled(stalled).encrypted(acceptor));
        }
        let port = match listeners.first() {
            Some(first) => first.local_addr()?.port(),
            None => 0,
        };
        let (clock, templates) = (system_clock(), Arc::new(templates));
        let Credentials { mode, keys, lifetimes, foreign } = credentials;
        let tokens = Tokens::new(keys, Arc::clone(&clock), lifetimes);
        let passwords = Passwords::new().map_err(std::io::Error::other)?;
        let counting = Arc::clone(&metrics);
        let on_dropped = Box::new(move || counting.count_audit_dropped());
        let audit = Arc::new(Audit::new(Arc::clone(&store), Arc::clone(&clock), on_dropped));
        let who = identity::Rules { mode, tokens, foreign, passwords, audit: Arc::clone(&audit) };
        let identity = Identity::load(who, Arc::clone(&store), Arc::clone(&clock)).await;
        let identity = Arc::new(identity.map_err(std::io::Error::other)?);
        let conversations = Conversations::new(Arc::clone(&store), Arc::clone(&clock), assistant);
        let components = checking::components(&status_rules, &conversations);
        let status = Arc::new(Status::new(Arc::clone(&clock), status_rules.thresholds, &components));
        checking::watch_assistant(&conversations, &status);
        let Allowance { broadcast_queue, broadcast_pause, .. } = allowance;
        let broadcasts = Arc::new(Broadcasts::new(broadcast_queue, broadcast_pause, Arc::clone(&clock)));
        checking::watch_broadcasts(&broadcasts, &status);
        let registry = Registry::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            Rules { templates: templates.shared(), ..rules },
            Arc::new(Watching::new(&metrics, &status, traces.as_ref())) as Arc<dyn Observer>,
        );
        let is_secure = tls.is_some();
        let terms = Terms { guard: guard.clone(), patience, is_secure, admin_ui, unload_after };
        let backend = Arc::new(Backend {
            feeds: Feeds::new(Arc::clone(&store), Arc::clone(&registry), Arc::clone(&clock)),
            streams: Streams::new(stream),
            conversations,
            channels: Channels::default(),
            broadcasts,
            maintenance: Maintenance::default(),
            people: People::default(),
            chat_sessions: ChatSessions::new(chat),
            clients: ClientTalks::new(client),
            projects: Projects::new(Arc::clone(&store), Arc::clone(&templates), clock, rules.limits, strict),
            registry,
            networks: networks.clone(),
            identity: Arc::clone(&identity),
            connections: Connections::default(),
            roster: Roster::new(allowance.time.clone(), end_idle_after),
            limiter: Limiter::new(allowance, Arc::clone(&metrics)),
            readiness: Readiness::new(Arc::clone(&store), readiness::LIMIT),
            metrics,
            status,
            status_rules,
            realtime,
            port,
            terms,
        });
        let hearing = Arc::downgrade(&backend);
        backend.conversations.tell_hearers(Box::new(move |hearers, packet, but| {
            if let Some(backend) = hearing.upgrade() {
                backend.tell_hearers(hearers, &packet, but);
            }
        }));
        tokio::spawn(Arc::clone(&backend.registry).sweep(unload_after));
        let socketio = Arc::new(SocketIoServer::new(&backend, Namespaces { legacy_event_names, admin_ui }));
        let (requests, stop) = (TaskTracker::new(), CancellationToken::new());
        chores::begin(&backend, &socketio, (audit, tls.clone()), &stop);
        let proxies = backend.limiter.allowance().trusted_proxies.clone();
        let router = request_log::around(
            router(&backend, &socketio, (&guard, &networks), requests.clone(), is_secure),
            proxies,
        );
        let mut addresses = Vec::with_capacity(listeners.len());
        let mut serving = JoinSet::new();
        for listener in listeners {
            let listener = listener.rewriting(socketio.rewriting());
            addresses.push(listener.local_addr()?);
            let (router, metrics) = (router.clone(), Arc::clone(&backend.metrics));
            serving.spawn(serve(listener, Serving { router, patience, metrics }, stop.clone()));
        }
        Ok(Self { addresses, backend, store, templates, requests, stop, serving, traces, tls })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Who hears which project.
    #[must_use]
    pub fn channels(&self) -> &Channels {
        &self.backend.channels
    }

    /// What is told to many at once.
    #[must_use]
    pub fn broadcasts(&self) -> &Arc<Broadcasts> {
        &self.backend.broadcasts
    }

    /// The conversations.
    #[must_use]
    pub fn conversations(&self) -> &Arc<Conversations> {
        &self.backend.conversations
    }

    /// Reads the templates again, and tells the sessions of those whose content changed.
    pub async fn reload_templates(&self) -> Reload {
        let templates = Arc::clone(&self.templates);
        let reload = match tokio::task::spawn_blocking(move || templates.reload()).await {
            Ok(reload) => reload,
            Err(error) => {
                tracing::error!(%error, "the templates could not be read again");
                return Reload::default();
            }
        };
        for template in &reload.changed {
            self.backend.registry.announce_template(template);
        }
        reload
    }

    /// Reads the certificate again, if there is one. What is wrong with it stands in the log.
    pub async fn renew_certificate(&self) {
        let Some(tls) = self.tls.clone() else { return };
        if let Err(error) = tokio::task::spawn_blocking(move || tls.renew()).await {
            tracing::error!(%error, "the certificate could not be read again");
        }
    }

    /// Goes down in order: new work is refused, what waits is answered, clients are told, connections
    /// end, the store closes. Clients have at most `limit` to take what is theirs.
    pub async fn shut_down(mut self, limit: Duration) {
        let deadline = Instant::now() + limit;
        // Half of the time, so that a client that takes nothing does not cost the others their notice.
        let time = DRAIN.min(limit / 2);
        let backend = &self.backend;
        let (taken, kept) = tokio::join!(backend.registry.drain(time), backend.conversations.shut_down(time));
        if !taken {
            tracing::warn!("not every client took everything in time");
        }
        if !kept {
            tracing::warn!("not every answer of the assistant was kept in time");
        }
        self.backend.connections.shut_down(RETRY_AFTER, deadline).await;
        self.requests.close();
        if timeout_at(deadline.into(), self.requests.wait()).await.is_err() {
            tracing::warn!("not every request was answered in time");
        }
        self.backend.registry.stop();
        self.backend.connections.close_all();
        self.stop.cancel();
        let ended = async { while self.serving.join_next().await.is_some() {} };
        // Answers that are written already leave; connections that nobody ends are not waited for.
        drop(timeout(LAST_WRITES, ended).await);
        self.serving.shutdown().await;
        if let Err(error) = self.backend.identity.note_uses(None).await {
            tracing::warn!(%error, "uses of session tokens were not noted");
        }
        self.backend.identity.audit().close().await;
        // They are derived: what does not get done in time is done anew by whoever needs it.
        let time_left = deadline.saturating_duration_since(Instant::now());
        if timeout(time_left, self.backend.registry.snapshots_taken()).await.is_err() {
            tracing::info!("not every snapshot was taken in time");
        }
        if let Some(traces) = self.traces
            && tokio::task::spawn_blocking(move || traces.close()).await.is_err()
        {
            tracing::warn!("the last traces were not sent");
        }
        match self.store.close().await {
            Ok(()) => tracing::info!("stopped"),
            Err(error) => tracing::error!(%error, "the store did not close"),
        }
    }
}

fn router(
    backend: &Arc<Backend>,
    socketio: &SocketIoServer,
    (guard, networks): (&Guard, &Networks),
    requests: TaskTracker,
    is_secure: bool,
) -> Router {
    let status = Arc::clone(&backend.status);
    let panicked = move |_: Box<dyn std::any::Any + Send>| {
        use axum::response::IntoResponse;
        status.record(ErrorCategory::System, ErrorSeverity::Critical, "A request broke", None);
        ApiError::new(graphroom_protocol::ErrorCode::Internal, "The request could not be carried out")
            .into_response()
    };
    let counted = from_fn(move |request: Request, next: Next| {
        let token = requests.token();
        async move {
            let response = next.run(request).await;
            drop(token);
            response
        }
    });
    let measured = from_fn_with_state(Arc::clone(&backend.metrics), rest::measure::measure);
    let routes = rest::router(Arc::clone(backend))
        .merge(gateway::router(Arc::clone(backend)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(measured)
        .layer(counted);
    // The guard is in front of all: what is foreign reaches neither a handshake nor a route. What it
    // refuses has an id and a line in the log all the same, which are put around this.
    let guarded = socketio.around(routes).layer(guard::cors(guard)).layer(guard.clone());
    let guarded = networks.around(guarded);
    let guarded = if is_secure { guarded.layer(from_fn(headers::insist)) } else { guarded };
    guarded.layer(from_fn(rest::detail::detail)).layer(from_fn(headers::protect))
}
