//! Variables of other servers that say the same as one of ours. They are read where ours says nothing.
//!
//! `docs/operations.md` lists them. A setting that means anything else here has no alias.

/// The name of an option, and the variable of others that says it, too.
const ALIASES: [(&str, &str); 9] = [
    ("assistant_url", "OLLAMA_HOST"),
    ("assistant_model", "OLLAMA_MODEL"),
    ("assistant_temperature", "MODEL_TEMPERATURE"),
    ("assistant_max_tokens", "MODEL_MAX_TOKENS"),
    ("max_chat_connections", "WS_MAX_CONNECTIONS"),
    ("chat_idle", "WS_TIMEOUT_SECONDS"),
    ("broadcast_queue", "WEBSOCKET_BROADCAST_QUEUE_SIZE"),
    ("confidence_threshold", "CONFIDENCE_THRESHOLD"),
    ("traces_to", "OTEL_EXPORTER_OTLP_ENDPOINT"),
];

/// The variables of others for this option, the first of which that says something counts.
pub(super) fn of(option: &str) -> impl Iterator<Item = &'static str> {
    ALIASES.iter().filter(move |(id, _)| *id == option).map(|(_, variable)| *variable)
}

/// All of them.
#[cfg(test)]
pub(super) fn all() -> &'static [(&'static str, &'static str)] {
    &ALIASES
}
