//! What clients of `/ws/{client_id}` may use.

use std::time::Duration;

use clap::Args;

use super::{at_least_one, idle};

/// Clients of `/ws/{client_id}`, and of the same over requests.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// How many connections to /ws/{client_id}, with those over requests, one client may have
    #[arg(long = "max-connections-per-client", id = "max_connections_per_client")]
    #[arg(env = "GRAPHROOM_MAX_CONNECTIONS_PER_CLIENT", value_name = "NUMBER")]
    #[arg(value_parser = at_least_one, default_value_t = 20)]
    pub connections_of_a_client: usize,

    /// How long nothing may come or go over one of them before it is closed: 1m, 2h
    #[arg(long = "client-idle", id = "client_idle", env = "GRAPHROOM_CLIENT_IDLE", value_name = "TIME")]
    #[arg(value_parser = idle, default_value = "30m")]
    pub idle: Duration,
}
