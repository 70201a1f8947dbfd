//! What is particular to Socket.IO: the traps of the library, each shut by a test.

mod coming_back;
mod joining;
mod limits;
mod members;
mod polling;
mod refusals;
mod slow;
mod stale_sessions;
mod stall;
mod ten_thousand;
mod ten_thousand_back;
