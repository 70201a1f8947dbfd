//! What a server does again and again beside its clients, until it is stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::identity::audit::Audit;
use crate::transport::Backend;
use crate::transport::socketio::SocketIoServer;
use crate::transport::tls::Tls;

/// How often is forgotten what was taken back and would be over by now.
const PRUNE: Duration = Duration::from_secs(600);

/// Begins all of it.
pub(super) fn begin(
    backend: &Arc<Backend>,
    socketio: &Arc<SocketIoServer>,
    (audit, tls): (Arc<Audit>, Option<Arc<Tls>>),
    stop: &CancellationToken,
) {
    let identity = Arc::clone(&backend.identity);
    keep(stop, async move { identity.keep_noting_uses().await });
    let identity = Arc::clone(&backend.identity);
    keep(stop, async move { identity.prune(PRUNE).await });
    keep(stop, async move { audit.run().await });
    let feeds = Arc::clone(&backend.feeds);
    keep(stop, async move { feeds.sweep().await });
    let polling = Arc::clone(socketio);
    keep(stop, async move { polling.sweep().await });
    let showing = Arc::clone(socketio);
    keep(stop, async move { showing.show().await });
    let idle = Arc::clone(backend);
    keep(stop, async move { idle.roster.sweep().await });
    let broadcasts = Arc::clone(&backend.broadcasts);
    keep(stop, async move { broadcasts.run().await });
    let silent = Arc::clone(backend);
    keep(stop, async move { silent.end_silent().await });
    keep(stop, Arc::clone(backend).end_unwelcome());
    keep(stop, Arc::clone(backend).keep_watch());
    if let Some(tls) = tls {
        keep(stop, async move { tls.watch().await });
    }
}

/// Does some work until the server is stopped.
fn keep<T: Send>(stop: &CancellationToken, work: impl Future<Output = T> + Send + 'static) {
    let over = stop.clone();
    tokio::spawn(async move { drop(over.run_until_cancelled(work).await) });
}
