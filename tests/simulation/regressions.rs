//! Seeds outside of those that every run tries, and what each of them once found: they are run always.

/// The seed, and what was wrong when it failed.
pub const REGRESSIONS: &[(u64, &str)] = &[];
