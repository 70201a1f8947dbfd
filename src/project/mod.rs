//! Projects as a catalogue: what there is, what they can be made from, and making them.
//!
//! What happens inside a project is the session's business.

pub mod catalogue;
pub mod export;
pub mod import;
pub mod schema;
pub mod templates;

pub use catalogue::{CreateError, Created, Projects};
pub use import::{Import, Reading};
pub use templates::{Library, TemplateFault};
