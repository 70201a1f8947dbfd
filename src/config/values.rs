//! What single values must be, whichever source they come from.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::duration;

/// Ten years: what is to last longer is an API key.
const MAX_LIFETIME: Duration = Duration::from_secs(87_600 * 3_600);

/// A token's: the clock of tokens counts seconds.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    match duration::parse(text)? {
        time if time < Duration::from_secs(1) => Err("it must be at least 1s".into()),
        time if time > MAX_LIFETIME => Err("it must be at most 87600h".into()),
        time => Ok(time),
    }
}

/// Shorter than that is what the heartbeat takes to find out.
pub(super) fn idle(text: &str) -> Result<Duration, String> {
    match duration::parse(text)? {
        time if time < Duration::from_secs(60) => Err("it must be at least 1m".into()),
        time => Ok(time),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

/// An address alone is a network of one.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network.ok_or_else(|| "it must be an address, or a network as 10.0.0.0/8".to_owned())
}

pub(super) fn burst(text: &str) -> Result<NonZeroU32, String> {
    let number = u32::try_from(at_least_one(text)?).map_err(|_| "it is too large".to_owned())?;
    NonZeroU32::new(number).ok_or_else(|| "it must be at least 1".to_owned())
}

pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("it must be at least 1".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("it must be a whole number".into()),
    }
}
