//! The end of a session before that of its server: it is retired since nobody uses it, or shut whoever is in it. When
//! it is to end, and who waits for that, is the registry's.

use std::time::Duration;

use graphroom_protocol::{ErrorBody, ErrorCode};
use tokio_util::sync::CancellationToken;

use super::observer::Cut;
use super::room::Session;

/// How long members are given to hear of the end of a session.
const FAREWELL: Duration = Duration::from_secs(30);

/// How a session ends before its server does.
pub(super) struct Ending {
    /// Ends the actor, once it has answered everything.
    pub(super) stop: CancellationToken,
    /// The session is not in the registry any more: the next who asks for it loads it.
    pub(super) gone: CancellationToken,
    /// Ends the publisher, after a last round.
    pub(super) publisher: CancellationToken,
}

impl Ending {
    /// Nobody told it to end. With `publishers` its publisher ends.
    pub(super) fn new(publishers: &CancellationToken) -> Self {
        let publisher = publishers.child_token();
        Self { stop: CancellationToken::new(), gone: CancellationToken::new(), publisher }
    }
}

/// What somebody is told who comes while the session is unloaded.
pub fn unloading() -> ErrorBody {
    ErrorBody::new(ErrorCode::Busy, "The session is being unloaded: retry at once")
}

impl Session {
    /// Lets nobody in any more and ends the actor, unless somebody is here. The registry does the rest.
    pub(super) fn retire(&self) -> bool {
        let retires = self.publisher().close();
        if retires {
            self.ending.stop.cancel();
        }
        retires
    }

    /// Ends the publisher, once members have heard what is there, each when it can. Who has not for long is not waited for: it is
    /// cut, and finds out when it comes back.
    pub(super) async fn say_farewell(&self) {
        if tokio::time::timeout(FAREWELL, self.publisher().settled()).await.is_err() {
            self.publisher().cut_unsettled(Cut::FellBehind);
        }
        self.ending.publisher.cancel();
    }

    /// Whether it is not about to end, so that who asks for it gets this one.
    pub fn stays(&self) -> bool {
        !self.ending.stop.is_cancelled() && !self.committed().state.deleted
    }

    /// Lets nobody in any more and ends the actor, whoever is here.
    pub(super) fn shut(&self) {
        self.publisher().shut();
        self.ending.stop.cancel();
    }

    /// Whether the session was unloaded or deleted: who asks for it gets another one.
    pub fn is_over(&self) -> bool {
        self.ending.gone.is_cancelled()
    }

    /// How the session ends.
    pub(super) fn ending(&self) -> &Ending {
        &self.ending
    }
}
