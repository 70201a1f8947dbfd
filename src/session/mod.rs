//! A session: the live room of a project.
//!
//! One *actor* commits the project's commands in batches, one *publisher* hands the events to every
//! member in order, and readers take what is *committed* without asking either. Nothing here knows
//! which transport a member came over: it is handed an [`Outlet`].

mod actor;
mod batch;
pub mod bounds;
pub mod committed;
mod ending;
mod ends;
mod events;
mod frame;
mod info;
mod inspection;
mod joining;
mod leaving;
mod mailbox;
pub mod member;
pub mod observer;
pub mod outbox;
mod outline;
mod pieces;
mod places;
pub mod presence;
mod publisher;
mod recent;
pub mod registry;
pub mod replay;
mod ring;
mod room;
pub mod rules;
pub mod snapshots;
mod stage;
pub mod submission;
pub mod tail;
pub mod trace;
mod tree;

pub use committed::Committed;
pub use ending::unloading;
pub use inspection::Inspected;
pub use joining::Join;
pub use leaving::Departure;
pub use mailbox::MAX_JOBS as MAX_WAITING;
pub use member::{Member, Wants};
pub use observer::Observer;
pub use pieces::Pieces;
pub use presence::Person;
pub use registry::{KeptGraph, OpenError, Registry, WholeGraph};
pub use ring::Kept;
pub use room::{Reserved, Session};
pub use rules::Rules;
pub use stage::Stage;
pub use submission::{Reply, Request, Resolution, Wish};
pub use tail::{Reader, Tail};

pub use tree::GRAPH_FORM;

pub use crate::store::GraphText;
