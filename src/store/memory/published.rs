//! Published events in memory.

use crate::store::{
    NewPublished, Published, PublishedOutcome, PublishedQuery, PublishedRow, SessionId, StoreError,
    StoreFuture, published,
};

use super::{MemoryStore, Tables};

impl Tables {
    fn publish(&mut self, new: &NewPublished) -> Result<PublishedOutcome, StoreError> {
        let log = self.published.entry(new.session_id).or_default();
        let find = |name: &str| log.iter().find(|event| event.message_id == name);
        let n = log.last().map_or(1, |last| last.n + 1);
        let name = match &new.message_id {
            Some(name) => match find(name) {
                Some(event) => return Ok(PublishedOutcome { event: event.clone(), is_new: false }),
                None => name.clone(),
            },
            None => NewPublished::names(n)
                .find(|name| find(name).is_none())
                .ok_or_else(|| published::no_name(new.session_id, n))?,
        };
        let event = new.named(n, name);
        log.push(event.clone());
        Ok(PublishedOutcome { event, is_new: true })
    }

    fn published(&self, query: &PublishedQuery) -> Vec<PublishedRow> {
        let log = self.published.get(&query.session_id).map_or(&[][..], Vec::as_slice);
        match query.after {
            Some(after) => log.iter().filter(|event| event.n > after).take(query.limit).cloned().collect(),
            None => log[log.len().saturating_sub(query.limit)..].to_vec(),
        }
    }
}

impl Published for MemoryStore {
    fn publish(&self, event: NewPublished) -> StoreFuture<'_, Result<PublishedOutcome, StoreError>> {
        Box::pin(async move { self.tables()?.publish(&event) })
    }

    fn published(&self, query: PublishedQuery) -> StoreFuture<'_, Result<Vec<PublishedRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.published(&query)) })
    }

    fn delete_published(&self, session: SessionId) -> StoreFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let gone = self.tables()?.published.remove(&session);
            Ok(gone.map_or(0, |log| log.len() as u64))
        })
    }
}
