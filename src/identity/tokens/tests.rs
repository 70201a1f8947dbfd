//! What our tokens say, and that no other is taken for one.
