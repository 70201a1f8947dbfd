//! A new certificate without a restart.
