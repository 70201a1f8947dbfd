//! What is too much: from which level on the server warns, and from which on it is critical.

use std::fmt;
use std::str::FromStr;

use clap::Args;

use super::duration;

/// When alerts are raised. Each option has the level of a warning, and the critical one.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusOptions {
    /// How long commands may take on average before there is an alert
    #[arg(long = "alert-response-time", id = "alert_response_time", env = "GRAPHROOM_ALERT_RESPONSE_TIME")]
    #[arg(value_name = "TIME,TIME", value_parser = times, default_value = "5s,10s")]
    pub response_time: Pair,

    /// Which share of answers may say that the server failed, from 0 to 1
    #[arg(long = "alert-error-rate", id = "alert_error_rate", env = "GRAPHROOM_ALERT_ERROR_RATE")]
    #[arg(value_name = "SHARE,SHARE", value_parser = shares, default_value = "0.05,0.1")]
    pub error_rate: Pair,

    /// How many connections there may be, as a share of --max-connections, from 0 to 1
    #[arg(long = "alert-connections", id = "alert_connections", env = "GRAPHROOM_ALERT_CONNECTIONS")]
    #[arg(value_name = "SHARE,SHARE", value_parser = shares, default_value = "0.5,0.8")]
    pub connections: Pair,

    /// Which share of the memory may be used, from 0 to 1
    #[arg(long = "alert-memory", id = "alert_memory", env = "GRAPHROOM_ALERT_MEMORY")]
    #[arg(value_name = "SHARE,SHARE", value_parser = shares, default_value = "0.8,0.9")]
    pub memory: Pair,

    /// How late timers may be
    #[arg(long = "alert-lag", id = "alert_lag", env = "GRAPHROOM_ALERT_LAG")]
    #[arg(value_name = "TIME,TIME", value_parser = times, default_value = "250ms,1s")]
    pub lag: Pair,

    /// Which share of the data directory's disk must be free, from 0 to 1
    #[arg(long = "alert-disk-free", id = "alert_disk_free", env = "GRAPHROOM_ALERT_DISK_FREE")]
    #[arg(value_name = "SHARE,SHARE", value_parser = free, default_value = "0.1,0.05")]
    pub disk_free: Pair,
}

/// The level of a warning, and the critical one: seconds, or shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// That of a warning.
    pub warning: f64,
    /// The critical one.
    pub critical: f64,
}

// No level is NaN.
impl Eq for Pair {}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.warning, self.critical)
    }
}

fn pair(text: &str, read: impl Fn(&str) -> Result<f64, String>) -> Result<Pair, String> {
    let (warning, critical) =
        text.split_once(',').ok_or("it must be two levels, as a warning's and the critical one")?;
    Ok(Pair { warning: read(warning.trim())?, critical: read(critical.trim())? })
}

fn rising(pair: Pair) -> Result<Pair, String> {
    if pair.warning > pair.critical {
        Err("the critical level must be the higher one".into())
    } else {
        Ok(pair)
    }
}

fn times(text: &str) -> Result<Pair, String> {
    rising(pair(text, |text| duration::parse(text).map(|time| time.as_secs_f64()))?)
}

fn share(text: &str) -> Result<f64, String> {
    let share = f64::from_str(text).ok().filter(|share| (0.0..=1.0).contains(share));
    // Nobody means less than nothing by -0.
    share.map(f64::abs).ok_or_else(|| "a level must be a number from 0 to 1".into())
}

fn shares(text: &str) -> Result<Pair, String> {
    rising(pair(text, share)?)
}

fn free(text: &str) -> Result<Pair, String> {
    let pair = pair(text, share)?;
    if pair.warning < pair.critical {
        Err("the critical level must be the lower one".into())
    } else {
        Ok(pair)
    }
}
