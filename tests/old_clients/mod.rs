//! Clients of every generation in one room, and what Engine.IO 3 does differently on the wire.

mod legacy_names;
mod pages;
mod rooms;
mod stall;
