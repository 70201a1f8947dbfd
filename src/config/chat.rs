//! What clients of `/ws/chat` may use.

use std::time::Duration;

use clap::Args;

use super::{at_least_one, duration};

/// Clients of `/ws/chat`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ChatOptions {
    /// How many connections there may be to /ws/chat
    #[arg(long = "max-chat-connections", id = "max_chat_connections")]
    #[arg(env = "GRAPHROOM_MAX_CHAT_CONNECTIONS", value_name = "NUMBER")]
    #[arg(value_parser = at_least_one, default_value_t = 100)]
    pub connections: usize,

    /// How many of them one client may have
    #[arg(long = "max-chat-connections-per-client", id = "max_chat_connections_per_client")]
    #[arg(env = "GRAPHROOM_MAX_CHAT_CONNECTIONS_PER_CLIENT", value_name = "NUMBER")]
    #[arg(value_parser = at_least_one, default_value_t = 10)]
    pub connections_of_a_client: usize,

    /// How long a client of /ws/chat may send nothing before it is closed: 300s, 5m
    #[arg(long = "chat-idle", id = "chat_idle", env = "GRAPHROOM_CHAT_IDLE", value_name = "TIME")]
    #[arg(value_parser = idle, default_value = "300s")]
    pub idle: Duration,
}

/// A time; a number alone is seconds, as other servers say it.
fn idle(text: &str) -> Result<Duration, String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let time = if is_number { duration::parse(&format!("{text}s"))? } else { duration::parse(text)? };
    if time < Duration::from_secs(1) { Err("it must be at least 1s".into()) } else { Ok(time) }
}
