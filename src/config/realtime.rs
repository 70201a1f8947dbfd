//! What is told as it happens: each can be kept from being told.

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};

/// What is told as it happens.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealtimeOptions {
    /// Whether who hears a project is told how its assistant gets on with messages
    #[arg(long = "realtime-chat", id = "realtime_chat", env = "GRAPHROOM_REALTIME_CHAT")]
    #[arg(value_name = "true|false", action = ArgAction::Set, value_parser = FalseyValueParser::new())]
    #[arg(default_value = "true")]
    pub chat: bool,

    /// Whether who subscribes to it is told how the server is, as it changes
    #[arg(long = "realtime-status", id = "realtime_status", env = "GRAPHROOM_REALTIME_STATUS")]
    #[arg(value_name = "true|false", action = ArgAction::Set, value_parser = FalseyValueParser::new())]
    #[arg(default_value = "true")]
    pub status: bool,
}
