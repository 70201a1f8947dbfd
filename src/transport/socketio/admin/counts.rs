//! What is counted while somebody looks on, as the front end draws it: sockets that came and went, packets and bytes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Sockets that came.
    Came,
    /// Sockets that went, for this reason.
    Went(&'static str),
    /// Packets that came.
    PacketsIn,
    /// Their bytes.
    BytesIn,
    /// Packets that went.
    PacketsOut,
    /// Their bytes.
    BytesOut,
}

impl Count {
    /// What the front end calls it, and by what else it tells such counts apart.
    fn name(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Came => ("rawConnection", None),
            Self::Went(reason) => ("rawDisconnection", Some(reason)),
            Self::PacketsIn => ("packetsIn", None),
            Self::BytesIn => ("bytesIn", None),
            Self::PacketsOut => ("packetsOut", None),
            Self::BytesOut => ("bytesOut", None),
        }
    }
}

/// How much there was of each.
#[derive(Debug, Default)]
pub struct Counts(BTreeMap<Count, u64>);

impl Counts {
    /// So much more.
    pub fn add(&mut self, what: Count, more: u64) {
        *self.0.entry(what).or_default() += more;
    }

    /// A packet came.
    pub fn packet_in(&mut self, bytes: usize) {
        self.add(Count::PacketsIn, 1);
        self.add(Count::BytesIn, bytes as u64);
    }

    /// A packet went.
    pub fn packet_out(&mut self, bytes: usize) {
        self.add(Count::PacketsOut, 1);
        self.add(Count::BytesOut, bytes as u64);
    }

    /// What was counted; counting begins anew.
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// As it is told, all of one moment, in milliseconds.
    pub fn told(&self, at: i64) -> Value {
        let second = at - at.rem_euclid(1_000);
        let told = self.0.iter().map(|(count, much)| match count.name() {
            (kind, Some(which)) => {
                json!({ "timestamp": second, "type": kind, "subType": which, "count": much })
            }
            (kind, None) => json!({ "timestamp": second, "type": kind, "count": much }),
        });
        told.collect()
    }
}
