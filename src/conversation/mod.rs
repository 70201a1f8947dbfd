//! What people say to each other and to the assistant. Not how it reaches them: that is `transport`'s.

pub mod assistant;
