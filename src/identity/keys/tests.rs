//! The file of keys, rotation, and what is refused as a secret.
