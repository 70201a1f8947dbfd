//! The properties of a node, in the order of their ids.
//!
//! Many nodes have properties of the same ids, and a node's are looked at with every write in it: so the list of ids is
//! one for all nodes that have the same, and stays near the processor. Each node keeps nothing but what the ids hold.

use std::collections::HashSet;
use std::fmt;
use std::iter::Zip;
use std::ops::Index;
use std::slice::Iter;
use std::sync::Arc;

use super::Cell;
use super::nodes::touch;

/// Property ids, sorted, each of them once.
pub(in crate::domain) type Ids = Arc<Vec<Arc<str>>>;

/// A list of these ids, if they are sorted and each there once.
pub(in crate::domain) fn ids(ids: Vec<Arc<str>>) -> Option<Ids> {
    ids.is_sorted_by(|one, other| one < other).then(|| Arc::new(ids))
}

/// Lists of ids that are kept to be shared. When there are more, all are let go: those in use come back.
const LISTS: usize = 256;
/// Ids of a list that is kept to be shared.
const IDS: usize = 32;

/// What a node holds, by property id.
#[derive(Default)]
pub struct Properties {
    ids: Ids,
    /// What each of the ids holds, in their order.
    cells: Vec<Cell>,
}

impl Properties {
    /// What each of these ids holds, in their order: many nodes may be made with the same list. None if there is not one
    /// thing for each.
    pub(in crate::domain) fn of(ids: &Ids, cells: Vec<Cell>) -> Option<Self> {
        (ids.len() == cells.len()).then(|| Self { ids: Arc::clone(ids), cells })
    }

    /// How many there are, deleted ones among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none, deleted ones among them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> Zip<Iter<'_, Arc<str>>, Iter<'_, Cell>> {
        self.ids.iter().zip(&self.cells)
    }

    /// Their ids.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.ids.iter()
    }

    /// What they hold.
    pub fn values(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter()
    }

    /// What one holds, if it was ever written.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Cell> {
        self.cells.get(self.place(id).ok()?)
    }

    /// The same, and the id as it is kept here, for whoever is about to write it.
    #[must_use]
    pub fn get_key_value(&self, id: &str) -> Option<(&Arc<str>, &Cell)> {
        let place = self.place(id).ok()?;
        let cell = self.cells.get(place)?;
        touch([&cell.stamp].into_iter());
        touch(cell.value.iter());
        Some((self.ids.get(place)?, cell))
    }

    /// Writes one. Whether its id is new here.
    pub fn insert(&mut self, id: &Arc<str>, cell: Cell) -> bool {
        match self.place(id) {
            Ok(place) => self.cells[place] = cell,
            Err(place) => {
                Arc::make_mut(&mut self.ids).insert(place, Arc::clone(id));
                self.cells.insert(place, cell);
                return true;
            }
        }
        false
    }

    /// Takes the ids from the lists that are kept, or adds them there.
    pub(super) fn share(&mut self, lists: &mut Lists) {
        match lists.0.get(&self.ids) {
            Some(list) => self.ids = Arc::clone(list),
            None => lists.keep(&self.ids),
        }
    }

    /// Whether the ids are one list for both.
    pub(super) fn shares_ids(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ids, &other.ids)
    }

    /// Where an id stands, or would.
    fn place(&self, id: &str) -> Result<usize, usize> {
        self.ids.binary_search_by(|there| (**there).cmp(id))
    }
}

impl Clone for Properties {
    fn clone(&self) -> Self {
        touch(self.cells.iter().map(|cell| &cell.stamp));
        touch(self.cells.iter().filter_map(|cell| cell.value.as_ref()));
        Self { ids: Arc::clone(&self.ids), cells: self.cells.clone() }
    }
}

impl PartialEq for Properties {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl Index<&str> for Properties {
    type Output = Cell;

    fn index(&self, id: &str) -> &Cell {
        self.get(id).expect("a property that was written")
    }
}

impl<'a> IntoIterator for &'a Properties {
    type Item = (&'a Arc<str>, &'a Cell);
    type IntoIter = Zip<Iter<'a, Arc<str>>, Iter<'a, Cell>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The lists of ids that nodes share. They are no part of what a graph says.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(Arc<HashSet<Ids>>);

impl Lists {
    /// Keeps the ids of these properties, to be shared with others.
    pub(super) fn keep_those_of(&mut self, properties: &Properties) {
        if !self.0.contains(&properties.ids) {
            self.keep(&properties.ids);
        }
    }

    fn keep(&mut self, ids: &Ids) {
        if ids.len() <= IDS {
            let kept = Arc::make_mut(&mut self.0);
            if kept.len() >= LISTS {
                kept.clear();
            }
            kept.insert(Arc::clone(ids));
        }
    }
}

impl PartialEq for Lists {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{Stamp, Timestamp};

    fn cell(number: usize) -> Cell {
        let (at, seq) = (Timestamp::from_millis(0), number as u64);
        let stamp = Stamp { at, by: "ann".into(), owner: "ann".into(), restored: false, seq };
        Cell { value: (!number.is_multiple_of(3)).then(|| Arc::new(json!(number))), stamp: Arc::new(stamp) }
    }

    fn is_same(properties: &Properties, map: &BTreeMap<Arc<str>, Cell>) -> bool {
        properties.iter().eq(map) && properties.keys().eq(map.keys()) && properties.values().eq(map.values())
    }

    proptest! {
        #[test]
        fn properties_are_a_map_and_copies_and_those_with_the_same_ids_stay_as_they_were(
            written in prop::collection::vec((0..4_usize, 0..40_u8, any::<bool>()), 0..300),
        ) {
            let (mut lists, mut copy, mut before) = (Lists::default(), Properties::default(), BTreeMap::new());
            let mut all: [(Properties, BTreeMap<Arc<str>, Cell>); 4] = Default::default();
            for (number, (one, id, is_shared)) in written.into_iter().enumerate() {
                let (properties, map) = &mut all[one];
                let id: Arc<str> = format!("p{id}").into();
                let is_new = properties.insert(&id, cell(number));
                prop_assert_eq!(map.insert(Arc::clone(&id), cell(number)).is_none(), is_new);
                if is_shared {
                    properties.share(&mut lists);
                }
                prop_assert_eq!(properties.get(&id), map.get(&id));
                prop_assert_eq!(properties.get_key_value(&id), map.get_key_value(&id));
                if number % 7 == 0 {
                    (copy, before) = (properties.clone(), map.clone());
                }
                prop_assert!(is_same(&copy, &before));
                prop_assert!(all.iter().all(|(properties, map)| is_same(properties, map)));
            }
        }
    }

    #[test]
    fn nodes_with_the_same_ids_share_them_and_no_more_lists_are_kept_than_are_allowed() {
        let mut lists = Lists::default();
        let mut of = |ids: &[String]| {
            let mut properties = Properties::default();
            for id in ids {
                properties.insert(&Arc::from(&**id), cell(1));
            }
            properties.share(&mut lists);
            assert!(lists.0.len() <= LISTS);
            properties
        };
        let names = |range: std::ops::Range<usize>| range.map(|n| n.to_string()).collect::<Vec<_>>();
        let (one, other) = (of(&names(0..IDS)), of(&names(0..IDS)));
        assert!(Arc::ptr_eq(&one.ids, &other.ids));
        let (long, other) = (of(&names(0..IDS + 1)), of(&names(0..IDS + 1)));
        assert!(!Arc::ptr_eq(&long.ids, &other.ids) && long == other);
        for n in 0..2 * LISTS {
            of(&names(n..n + 1));
        }
        assert_eq!(of(&names(0..IDS)), one);
    }
}
