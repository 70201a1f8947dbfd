//! Seeds outside of those that every run tries, and what each of them once found: they are run always.
//!
//! So far these are faults that were put into the server to see whether they are noticed (`docs/testing.md`).
//! What a seed means changes with the plans. Who changes those looks for seeds that find the same again, or
//! takes out what has a test of its own.

/// The seed, and what was wrong when it failed, in their order.
pub const REGRESSIONS: &[(u64, &str)] = &[
    (1000, "a session that was loaded anew had forgotten which named commands it had carried out"),
    (1001, "the last event of an undo had the number of the one before it"),
    (1002, "an undo of a move told the index before the right one"),
    (1005, "an undo of a move put the node last"),
    (1006, "a move within one parent did not tell where the node came to stand"),
    (1007, "an undo of a deletion put the node last"),
    (1008, "an export left out what waits for what"),
    (1016, "an undo of a first value left the value there"),
    (1026, "an import left out what waits for what"),
    (1046, "reading the journal back left out what had been written to a property"),
];
