//! The map of a graph's nodes by their ids, of which a copy costs nothing and shares everything.
//!
//! It is a trie over hashes: narrow, since a change under a copy takes the nodes on its path anew, and with each of
//! them a count for everything that hangs below it. The hash is keyed: ids may be chosen by whoever sends them.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;
use std::sync::Arc;

use super::{Node, NodeId};

/// Bits of the hash that a branch tells apart.
const BITS: usize = 3;
/// Branches of a branch.
const WIDTH: usize = 1 << BITS;
/// Nodes of a bucket.
const BUCKET: usize = 8;

type Entry = (NodeId, Arc<Node>);

enum Tree {
    Branch([Option<Arc<Self>>; WIDTH]),
    Bucket([Option<Entry>; BUCKET]),
}

impl Tree {
    fn empty() -> Self {
        Self::Bucket([const { None }; BUCKET])
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Branch(below) => below.iter().all(Option::is_none),
            Self::Bucket(entries) => entries.iter().all(Option::is_none),
        }
    }
}

impl Clone for Tree {
    fn clone(&self) -> Self {
        match self {
            Self::Branch(below) => {
                touch(below.iter().flatten());
                Self::Branch(below.clone())
            }
            Self::Bucket(entries) => {
                touch(entries.iter().flatten().map(|(_, node)| node));
                Self::Bucket(entries.clone())
            }
        }
    }
}

/// Reads the counts of what is about to be shared once more. They are far apart in memory: reads are waited for all
/// at once, counting up waits for one after the other.
pub(super) fn touch<'a, T: ?Sized + 'a>(shared: impl Iterator<Item = &'a Arc<T>>) {
    black_box(shared.map(Arc::strong_count).fold(0, usize::wrapping_add));
}

/// The way to an id: its hash, and the id itself where the hash ends.
#[derive(Clone, Copy)]
struct Path {
    hash: u64,
    id: NodeId,
}

impl Path {
    /// The branch to take at a level.
    fn at(self, level: usize) -> usize {
        const OF_HASH: usize = u64::BITS as usize / BITS;
        let bits = match level.checked_sub(OF_HASH) {
            None => u128::from(self.hash) >> (level * BITS),
            Some(level) => self.id.as_u128() >> (level * BITS),
        };
        bits as usize % WIDTH
    }
}

/// The nodes by their ids.
#[derive(Clone)]
pub(super) struct Nodes {
    root: Arc<Tree>,
    len: usize,
    hasher: RandomState,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { root: Arc::new(Tree::empty()), len: 0, hasher: RandomState::new() }
    }
}

impl fmt::Debug for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl PartialEq for Nodes {
    fn eq(&self, other: &Self) -> bool {
        let has_same = |node: &Arc<Node>| {
            other.get(node.id).is_some_and(|there| Arc::ptr_eq(node, there) || node == there)
        };
        self.len == other.len && self.iter().all(has_same)
    }
}

impl Nodes {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All of them, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Node>> {
        let mut left = vec![&self.root];
        let buckets = std::iter::from_fn(move || {
            loop {
                match &**left.pop()? {
                    Tree::Branch(below) => left.extend(below.iter().flatten()),
                    Tree::Bucket(entries) => return Some(entries.iter().flatten().map(|(_, node)| node)),
                }
            }
        });
        buckets.flatten()
    }

    pub(super) fn get(&self, id: NodeId) -> Option<&Arc<Node>> {
        self.find(self.path(id))
    }

    /// A node to be changed; what leads to it is taken anew where copies share it.
    pub(super) fn get_mut(&mut self, id: NodeId) -> Option<&mut Arc<Node>> {
        let path = self.path(id);
        self.find(path)?;
        let mut tree = &mut self.root;
        for level in 0.. {
            match Arc::make_mut(tree) {
                Tree::Branch(below) => tree = below[path.at(level)].as_mut()?,
                Tree::Bucket(entries) => {
                    return entries
                        .iter_mut()
                        .flatten()
                        .find(|(there, _)| *there == id)
                        .map(|(_, node)| node);
                }
            }
        }
        None
    }

    /// Puts a node in the place of one that is there.
    pub(super) fn insert(&mut self, node: Arc<Node>) {
        self.len += usize::from(insert(&mut self.root, &self.hasher, 0, (node.id, node)));
    }

    pub(super) fn remove(&mut self, id: NodeId) -> Option<Arc<Node>> {
        let path = self.path(id);
        self.find(path)?;
        self.len -= 1;
        remove(&mut self.root, path, 0)
    }

    fn path(&self, id: NodeId) -> Path {
        Path { hash: self.hasher.hash_one(id), id }
    }

    fn find(&self, path: Path) -> Option<&Arc<Node>> {
        let mut tree = &self.root;
        for level in 0.. {
            match &**tree {
                Tree::Branch(below) => tree = below[path.at(level)].as_ref()?,
                Tree::Bucket(entries) => {
                    return entries.iter().flatten().find(|(id, _)| *id == path.id).map(|(_, node)| node);
                }
            }
        }
        None
    }
}

/// Whether the node was not there.
fn insert(tree: &mut Arc<Tree>, hasher: &RandomState, level: usize, entry: Entry) -> bool {
    let tree = Arc::make_mut(tree);
    if let Tree::Bucket(entries) = tree {
        let place = entries.iter().position(|there| there.as_ref().is_some_and(|(id, _)| *id == entry.0));
        if let Some(place) = place.or_else(|| entries.iter().position(Option::is_none)) {
            return entries[place].replace(entry).is_none();
        }
        let full = std::mem::replace(tree, Tree::Branch([const { None }; WIDTH]));
        let Tree::Bucket(entries) = full else { return false };
        entries.into_iter().flatten().for_each(|entry| {
            below(tree, hasher, level, entry);
        });
    }
    below(tree, hasher, level, entry)
}

/// Inserts below a branch.
fn below(tree: &mut Tree, hasher: &RandomState, level: usize, entry: Entry) -> bool {
    let Tree::Branch(below) = tree else { return false };
    let path = Path { hash: hasher.hash_one(entry.0), id: entry.0 };
    let next = below[path.at(level)].get_or_insert_with(|| Arc::new(Tree::empty()));
    insert(next, hasher, level + 1, entry)
}

/// Takes out a node that is there, and what is empty without it.
fn remove(tree: &mut Arc<Tree>, path: Path, level: usize) -> Option<Arc<Node>> {
    match Arc::make_mut(tree) {
        Tree::Branch(below) => {
            let next = &mut below[path.at(level)];
            let removed = remove(next.as_mut()?, path, level + 1);
            next.take_if(|below| below.is_empty());
            removed
        }
        Tree::Bucket(entries) => {
            let place = entries.iter_mut().find(|there| there.as_ref().is_some_and(|(id, _)| *id == path.id));
            place?.take().map(|(_, node)| node)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::graph::{Place, Properties};
    use crate::domain::{OrderKey, Stamp, Timestamp};

    fn node(id: NodeId, name: &str) -> Arc<Node> {
        let at = Timestamp::from_millis(0);
        let stamp = Arc::new(Stamp { at, by: "ann".into(), owner: "ann".into(), restored: false, seq: 1 });
        Arc::new(Node {
            id,
            node_type: name.into(),
            created_at: at,
            existence: Arc::clone(&stamp),
            place: Place { key: OrderKey::between(None, None, id), parent_id: None },
            place_stamp: stamp,
            properties: Properties::default(),
            blocked_by: None,
            blocked_stamp: None,
        })
    }

    fn is_same(nodes: &Nodes, map: &HashMap<NodeId, Arc<Node>>) -> bool {
        let mut listed: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
        listed.sort();
        listed.dedup();
        nodes.len() == map.len()
            && listed.len() == map.len()
            && map.iter().all(|(id, node)| nodes.get(*id) == Some(node))
    }

    proptest! {
        #[test]
        fn nodes_are_a_map_and_copies_stay_as_they_were(
            changes in prop::collection::vec((0..3_u8, 0..100_u128), 0..300),
        ) {
            let (mut nodes, mut map) = (Nodes::default(), HashMap::new());
            let (mut copy, mut before) = (nodes.clone(), map.clone());
            for (number, (what, id)) in changes.into_iter().enumerate() {
                if number % 7 == 0 {
                    prop_assert!(is_same(&copy, &before) && is_same(&nodes, &map));
                    (copy, before) = (nodes.clone(), map.clone());
                }
                let id = NodeId::from_u128(id);
                let named = node(id, &number.to_string());
                match what {
                    0 => prop_assert_eq!(nodes.remove(id), map.remove(&id)),
                    1 => {
                        nodes.insert(Arc::clone(&named));
                        map.insert(id, named);
                    }
                    _ => {
                        let (there, expected) = (nodes.get_mut(id), map.get_mut(&id));
                        prop_assert_eq!(there.is_some(), expected.is_some());
                        for there in [there, expected].into_iter().flatten() {
                            Arc::make_mut(there).node_type = Arc::clone(&named.node_type);
                        }
                    }
                }
                prop_assert_eq!((nodes.len(), nodes.get(id)), (map.len(), map.get(&id)));
            }
            prop_assert!(is_same(&nodes, &map));
            prop_assert_eq!(nodes == copy, map == before);
            let others: Nodes = map.into_values().fold(Nodes::default(), |mut others, node| {
                others.insert(node);
                others
            });
            prop_assert!(nodes == others);
        }

        #[test]
        fn ids_of_one_hash_part_somewhere(hash: u64, one: u128, bit in 0..128_u32) {
            let [one, other] = [one, one ^ (1 << bit)].map(|id| Path { hash, id: NodeId::from_u128(id) });
            prop_assert!((0..64).any(|level| one.at(level) != other.at(level)));
        }
    }

    #[test]
    fn what_was_emptied_is_gone_to_the_root() {
        let mut nodes = Nodes::default();
        let ids: Vec<NodeId> = (0..1_000).map(NodeId::from_u128).collect();
        ids.iter().for_each(|id| nodes.insert(node(*id, "a")));
        assert!(matches!(&*nodes.root, Tree::Branch(_)));
        ids.iter().for_each(|id| drop(nodes.remove(*id)));
        assert!(nodes.root.is_empty() && nodes.len() == 0);
    }
}
