//! Broadcasts: how many, and how often.

use clap::Args;

use super::at_least_one;

/// The highest rate that can be told from none.
const MAX_RATE: i64 = 1_000_000;

/// What may be told to many at once.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct BroadcastOptions {
    /// How many broadcasts may wait, of each of three priorities
    #[arg(long = "broadcast-queue", id = "broadcast_queue", env = "GRAPHROOM_BROADCAST_QUEUE")]
    #[arg(value_name = "NUMBER", value_parser = at_least_one, default_value_t = 1_000)]
    pub queue: usize,

    /// How many broadcasts in a minute a user may send. 0 for any
    #[arg(long = "broadcasts-per-minute", id = "broadcasts_per_minute")]
    #[arg(env = "GRAPHROOM_BROADCASTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u32).range(..=MAX_RATE))]
    pub per_minute: u32,
}
