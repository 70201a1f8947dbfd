//! Projects as a catalogue: what there is, what they can be made from, and making them.
//!
//! What happens inside a project is the session's business.

pub mod blame;
pub mod catalogue;
pub mod export;
pub mod history;
pub mod import;
pub mod orphans;
pub mod past;
pub mod schema;
pub mod search;
pub mod templates;
pub mod versions;
mod walk;

pub use catalogue::{CreateError, Created, Projects};
pub use import::{Import, Reading};
pub use templates::{Library, TemplateFault};
