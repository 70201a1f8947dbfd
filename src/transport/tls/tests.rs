//! What is taken for a certificate, and what becomes of a new one.
