//! A question until its first piece: attempts, each a request, as long as nothing of an answer is out.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::{Instant, timeout, timeout_at};

use super::question::Request;
use super::reading::Reading;
use super::{Failure, Piece, Times};

/// How many attempts there are behind the first.
const FURTHER_ATTEMPTS: usize = 2;
/// How long is waited for the reason of a refusal, which is for the log alone, and how much of it is told.
const REASON_WITHIN: Duration = Duration::from_secs(1);
const REASON_LENGTH: usize = 200;

/// Told before a further attempt: which one it is, and how long until then.
pub type Again = Box<dyn Fn(usize, Duration) + Send + Sync>;

pub(super) struct Asking {
    pub client: Client,
    pub url: Url,
    pub request: Request,
    pub times: Times,
    /// When all is over, with every attempt.
    pub deadline: Instant,
    /// Who is told of further attempts.
    pub again: Option<Again>,
}

impl Asking {
    /// The first piece, and what the others are read from.
    pub async fn first(&self) -> Result<(Piece, Reading), Failure> {
        let waits = ExponentialBuilder::new()
            .with_min_delay(self.times.before_retry)
            .with_factor(2.0)
            .without_max_delay()
            .with_max_times(FURTHER_ATTEMPTS);
        let mut attempt = 1;
        let attempts = (|| self.attempt()).retry(waits).when(Failure::may_pass).notify(|failure, wait| {
            tracing::info!(why = failure.why(), ?wait, "the assistant is asked again");
            attempt += 1;
            if let Some(again) = &self.again {
                again(attempt, wait);
            }
        });
        let too_late = |_| Failure::Unavailable("no answer began in time".into());
        timeout_at(self.deadline, attempts).await.map_err(too_late)?
    }

    async fn attempt(&self) -> Result<(Piece, Reading), Failure> {
        let sent = self.client.post(self.url.clone()).json(&self.request).send();
        let response = timeout(self.times.silence, sent).await;
        let response = response.map_err(|_| Failure::Unavailable("nothing came for too long".into()))?;
        let failed =
            |error: reqwest::Error| Failure::Unavailable(format!("not reached: {:?}", error.without_url()));
        let response = response.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(refusal(response).await);
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| !kind.to_ascii_lowercase().contains("json")) {
            return Err(Failure::Unavailable(format!("the answer is no JSON but {kind:?}")));
        }
        let mut reading = Reading::of(response, self.times.silence, self.deadline);
        Ok((reading.next().await?, reading))
    }
}

/// What a status other than 200 means: most of those for which the client is to blame say the same every time.
async fn refusal(mut response: Response) -> Failure {
    let status = response.status();
    let body = timeout(REASON_WITHIN, response.chunk()).await.ok().and_then(Result::ok).flatten();
    let body = body.unwrap_or_default();
    let reason = String::from_utf8_lossy(&body[..body.len().min(REASON_LENGTH)]);
    let why = format!("status {}: {reason:?}", status.as_u16());
    let may_pass = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if status.is_client_error() && !may_pass { Failure::Refused(why) } else { Failure::Unavailable(why) }
}
