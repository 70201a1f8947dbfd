//! Taking a new certificate without a restart: when it is asked for, and when the files change.
//!
//! What is not good is not taken: the certificate that is there stays.

use std::sync::{Arc, PoisonError};

use rustls::crypto::aws_lc_rs;

use super::Tls;
use super::certificate::{self, CertificateError, Fingerprint};

/// What came of reading the files again.
#[derive(Debug)]
pub enum Renewal {
    /// They are as they were.
    Same,
    /// Clients that come from now on see the new certificate.
    Renewed,
    /// They see the one that was there.
    Refused(CertificateError),
}

impl Tls {
    /// Reads the files again, now, and says in the log what came of it. It takes as long as the disk does.
    pub fn renew(&self) -> Renewal {
        let mut before = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let renewal = self.read_again(&mut before);
        match &renewal {
            Renewal::Same => tracing::info!("the certificate is the same as before"),
            Renewal::Renewed => tracing::info!("the certificate was renewed"),
            Renewal::Refused(error) => tracing::error!(%error, "the certificate was not renewed"),
        }
        renewal
    }

    fn read_again(&self, before: &mut Fingerprint) -> Renewal {
        let both = match certificate::read(&self.files) {
            Ok(both) => both,
            Err(error) => return Renewal::Refused(error),
        };
        let now = both.fingerprint();
        let is_changed = *before != now;
        *before = now;
        match certificate::check(&self.files, &both, &aws_lc_rs::default_provider()) {
            Err(error) => Renewal::Refused(error),
            Ok(key) if is_changed => {
                certificate::warn_if_open(&self.files);
                self.shown.0.store(Arc::new(key));
                Renewal::Renewed
            }
            Ok(_) => Renewal::Same,
        }
    }

    /// Looks at the files now and then, for ever, and renews the certificate when they have changed. They are two,
    /// and written one after the other: they are read as they stayed from one look to the next.
    pub async fn watch(self: Arc<Self>) {
        let mut looked_like = None;
        loop {
            tokio::time::sleep(self.look_every).await;
            let tls = Arc::clone(&self);
            let looking = tokio::task::spawn_blocking(move || tls.look(looked_like));
            looked_like = looking.await.unwrap_or_default();
        }
    }

    /// One look. What it saw, to be handed to the next.
    pub(super) fn look(&self, looked_like: Option<Fingerprint>) -> Option<Fingerprint> {
        // Gone is what a file is, too, while it is replaced: the next look tells more.
        let now = certificate::read(&self.files).ok()?.fingerprint();
        let is_new = *self.read.lock().unwrap_or_else(PoisonError::into_inner) != now;
        if is_new && looked_like == Some(now) {
            self.renew();
        }
        Some(now)
    }
}
