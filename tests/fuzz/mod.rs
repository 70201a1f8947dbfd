//! The fuzz test: every decoder and every command, given what nobody means to send.
//!
//! What goes in is made from the seed: a corpus (golden messages, records, project files, templates, and
//! commands that fit the graph as it is), altered by [`bytes`] (bits, pieces, splices, odd tokens, deep
//! nesting) or by [`values`] (other types in any field, fields missing, new or renamed, extreme numbers).
//! What has to hold is more than that nothing panics: what is read is written and read again the same; a
//! command that is taken is committed and replayed to the same state; every refusal has a code that is known;
//! and over real sockets nobody else notices anything, and what was stored is in order afterwards.
//!
//! Each test here is a *part* with a share of the time that `FUZZ_SECONDS` gives all of them together. A
//! part goes on until its time is over and it has seen enough of every kind, taken and refused: it fails if it has
//! not ([`run`]). `make fuzz TIME=600` runs longer, by another seed every time. A case that fails is told with
//! its seed, its number and what went in; `GRAPHROOM_TEST_SEED=… FUZZ_CASE=…` runs it alone.
//!
//! What reads bytes from outside, and which part goes there, stands in [`readers`].
//!
//! Proves BAD-1, BAD-2 and BAD-3 (docs/behaviour.md).

mod accepting;
mod bytes;
mod clients;
mod commands;
pub mod corpus;
mod edges;
mod files;
mod flat;
mod live;
mod messages;
mod options;
mod plain;
mod raw;
mod readers;
mod records;
mod routes;
mod run;
mod snapshots;
mod sockets;
mod stored;
mod stream;
mod talk;
mod values;
mod watching;
mod world;
mod world_of_records;
