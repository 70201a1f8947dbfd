//! Variables of other servers that say the same as one of ours. They are read where ours says nothing.
//!
//! `docs/operations.md` lists them. A setting that means anything else here has no alias.

/// How the text of such a variable becomes one that the option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is one.
    Same,
    /// They are several, perhaps with spaces between.
    List,
    /// A number of hours.
    Hours,
    /// A number of days.
    Days,
    /// A port, of loopback: nobody is let in from beyond by a port alone.
    Port,
}

impl Reading {
    /// What the option is told. What cannot be read it refuses itself.
    pub fn apply(self, text: &str) -> String {
        let number = text.parse::<u64>().ok();
        match (self, number) {
            (Self::Hours, Some(hours)) => format!("{hours}h"),
            (Self::Days, Some(days)) => format!("{}h", days.saturating_mul(24)),
            (Self::Port, Some(port)) => format!("127.0.0.1:{port}"),
            (Self::List, _) => text.split(',').map(str::trim).collect::<Vec<_>>().join(","),
            (Self::Same, _) | (Self::Hours | Self::Days | Self::Port, None) => text.to_owned(),
        }
    }
}

/// The name of an option, the variable of others that says it, too, and how that is read.
const ALIASES: [(&str, &str, Reading); 21] = [
    ("listen", "BACKEND_PORT", Reading::Port),
    ("listen", "API_PORT", Reading::Port),
    ("allow_origin", "CORS_ORIGINS", Reading::List),
    ("allow_origin", "WEBSOCKET_CORS_ORIGINS", Reading::List),
    ("access_token_lifetime", "JWT_EXPIRATION_HOURS", Reading::Hours),
    ("refresh_token_lifetime", "JWT_REFRESH_EXPIRATION_DAYS", Reading::Days),
    ("max_connections", "WEBSOCKET_MAX_CONNECTIONS", Reading::Same),
    ("max_connections_per_address", "WEBSOCKET_CONNECTION_LIMIT_PER_IP", Reading::Same),
    ("assistant_url", "OLLAMA_HOST", Reading::Same),
    ("assistant_model", "OLLAMA_MODEL", Reading::Same),
    ("assistant_temperature", "MODEL_TEMPERATURE", Reading::Same),
    ("assistant_max_tokens", "MODEL_MAX_TOKENS", Reading::Same),
    ("max_chat_connections", "WS_MAX_CONNECTIONS", Reading::Same),
    ("chat_idle", "WS_TIMEOUT_SECONDS", Reading::Same),
    ("broadcast_queue", "WEBSOCKET_BROADCAST_QUEUE_SIZE", Reading::Same),
    ("confidence_threshold", "CONFIDENCE_THRESHOLD", Reading::Same),
    ("realtime_chat", "REALTIME_CHAT_BROADCASTING", Reading::Same),
    ("realtime_chat", "WEBSOCKET_REALTIME_CHAT_BROADCASTING", Reading::Same),
    ("realtime_status", "REALTIME_STATUS_UPDATES", Reading::Same),
    ("realtime_status", "WEBSOCKET_REALTIME_STATUS_UPDATES", Reading::Same),
    ("traces_to", "OTEL_EXPORTER_OTLP_ENDPOINT", Reading::Same),
];

/// The variables of others for this option, the first of which that says something counts.
pub(super) fn of(option: &str) -> impl Iterator<Item = (&'static str, Reading)> {
    ALIASES.iter().filter(move |(id, _, _)| *id == option).map(|(_, variable, reading)| (*variable, *reading))
}

/// All of them.
#[cfg(test)]
pub(super) fn all() -> &'static [(&'static str, &'static str, Reading)] {
    &ALIASES
}
