//! The event stream of a session: what clients publish there, with the events of its graph, in one order for all who
//! listen; and the state of an engine that publishes there. Not how it reaches them: that is `transport`'s; nor who may listen.

mod engines;
mod envelope;
mod feeds;
mod phases;
mod single;
mod state;
mod turns;
mod window;

pub use engines::READ;
pub use envelope::{Envelope, STREAM, notice, seconds};
pub use feeds::{Draft, Feeds, Heard, Listening, NotPublished, Published};
pub use phases::MAX_PHASES;
pub use state::State;
pub use turns::{KEPT, MAX_BYTES as MAX_TURN_BYTES};

/// How many events somebody is told who comes.
pub const REPLAYED: usize = 100;
/// How many events may be published in a session in [`WINDOW`].
pub const PER_WINDOW: usize = 1_000;
/// The time that events are counted in.
pub const WINDOW: std::time::Duration = std::time::Duration::from_secs(60);
