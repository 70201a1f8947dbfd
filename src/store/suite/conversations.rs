//! The part of the suite about conversations and who is in them. What is said there is in `messages`.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::at;
use super::members;
use super::messages::new;
use crate::store::*;

on_every_engine! {
    a_conversation_is_entered_once_with_its_participants_and_found_as_it_was,
    a_conversation_that_cannot_begin_so_is_refused_with_its_participants,
    a_change_of_a_conversation_leaves_the_rest_of_it_as_it_is,
    conversations_are_listed_by_their_latest_activity,
    a_list_has_only_the_conversations_that_all_of_its_query_fits,
    a_list_is_read_in_pages_to_its_end,
    a_deleted_conversation_is_gone_with_all_that_belongs_to_it,
    a_conversation_stays_as_it_is_when_its_project_is_deleted,
    a_participant_who_enters_again_gets_another_name_and_nothing_else,
    participants_are_listed_by_when_they_joined,
    a_participant_is_removed_once,
    a_participant_reads_forward_and_not_beyond_the_last_message,
}

/// A conversation of nobody, with a number as the time when it was made.
pub(in crate::store) fn row(created_at: i64) -> ConversationRow {
    ConversationRow {
        conversation_id: Uuid::new_v4(),
        project_id: None,
        client_id: None,
        title: "Überfall auf \"Olymp\"\0".to_owned(),
        status: ConversationStatus::Active,
        created_by: "ann".to_owned(),
        created_at: at(created_at),
        last_message_at: None,
        head: 0,
        metadata: None,
    }
}

pub(in crate::store) fn participant(
    conversation_id: ConversationId,
    user_id: &str,
    joined_at: i64,
) -> ParticipantRow {
    let (user_id, joined_at) = (user_id.to_owned(), at(joined_at));
    ParticipantRow { conversation_id, user_id, name: None, joined_at, read_seq: 0, read_at: None }
}

/// Enters a conversation that was made at 5.
pub(in crate::store) async fn begin(store: &dyn Store, participants: &[&str]) -> ConversationId {
    enter(store, row(5), participants).await
}

async fn enter(store: &dyn Store, row: ConversationRow, participants: &[&str]) -> ConversationId {
    let id = row.conversation_id;
    let participants = participants.iter().map(|user_id| participant(id, user_id, 5)).collect();
    store.create_conversation(row, participants).await.unwrap();
    id
}

async fn ids(store: &dyn Store, query: ConversationQuery) -> Vec<ConversationId> {
    let page = store.conversations(ConversationQuery { limit: usize::MAX, ..query }).await.unwrap();
    assert!(!page.has_more);
    page.conversations.iter().map(|row| row.conversation_id).collect()
}

async fn a_conversation_is_entered_once_with_its_participants_and_found_as_it_was(store: Arc<dyn Store>) {
    let full = ConversationRow {
        project_id: Some("p".to_owned()),
        client_id: Some("c \"é\"\0".to_owned()),
        status: ConversationStatus::Completed,
        metadata: Some(r#"{"tags":[]}"#.to_owned()),
        ..row(5)
    };
    let id = full.conversation_id;
    assert_eq!(store.conversation(id).await.unwrap(), None);
    let named = ParticipantRow { name: Some("Ann".to_owned()), ..participant(id, "ann", 6) };
    let participants = vec![named.clone(), participant(id, "bob", 7)];
    store.create_conversation(full.clone(), participants.clone()).await.unwrap();
    assert_eq!(store.conversation(id).await.unwrap(), Some(full.clone()));
    assert_eq!(store.participants(id).await.unwrap(), participants);

    let again = ConversationRow { title: "again".to_owned(), ..full.clone() };
    let refused = store.create_conversation(again, vec![participant(id, "eve", 8)]).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(store.conversation(id).await.unwrap(), Some(full));
    assert_eq!(store.participants(id).await.unwrap(), participants);
}

async fn a_conversation_that_cannot_begin_so_is_refused_with_its_participants(store: Arc<dyn Store>) {
    let first = row(5);
    let stray = participant(Uuid::new_v4(), "eve", 5);
    for (row, participants) in [
        (ConversationRow { head: 1, ..first.clone() }, Vec::new()),
        (ConversationRow { last_message_at: Some(at(6)), ..first.clone() }, Vec::new()),
        (first.clone(), vec![participant(first.conversation_id, "ann", 5), stray]),
    ] {
        let refused = store.create_conversation(row, participants).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    }
    assert_eq!(store.conversation(first.conversation_id).await.unwrap(), None);
    assert_eq!(store.participants(first.conversation_id).await.unwrap(), []);
}

async fn a_change_of_a_conversation_leaves_the_rest_of_it_as_it_is(store: Arc<dyn Store>) {
    let mut expected = ConversationRow { metadata: Some("{}".to_owned()), ..row(5) };
    let id = expected.conversation_id;
    let none = ConversationChange::default();
    assert!(!store.change_conversation(id, none.clone()).await.unwrap());
    let other = enter(&*store, row(5), &[]).await;
    let before = store.conversation(other).await.unwrap();
    enter(&*store, expected.clone(), &[]).await;
    store.append_message(new(id, "m1", 9)).await.unwrap();
    (expected.head, expected.last_message_at) = (1, Some(at(9)));

    assert!(store.change_conversation(id, none.clone()).await.unwrap());
    assert_eq!(store.conversation(id).await.unwrap(), Some(expected.clone()));
    expected.title = "another".to_owned();
    let change = ConversationChange { title: Some(expected.title.clone()), ..none.clone() };
    assert!(store.change_conversation(id, change).await.unwrap());
    assert_eq!(store.conversation(id).await.unwrap(), Some(expected.clone()));
    expected.status = ConversationStatus::Archived;
    let change = ConversationChange { status: Some(expected.status), ..none.clone() };
    assert!(store.change_conversation(id, change).await.unwrap());
    assert_eq!(store.conversation(id).await.unwrap(), Some(expected.clone()));
    expected.metadata = Some("[1]".to_owned());
    let change = ConversationChange { metadata: expected.metadata.clone(), ..none };
    assert!(store.change_conversation(id, change).await.unwrap());
    assert_eq!(store.conversation(id).await.unwrap(), Some(expected));
    assert_eq!(store.conversation(other).await.unwrap(), before);
}

async fn conversations_are_listed_by_their_latest_activity(store: Arc<dyn Store>) {
    assert_eq!(store.conversations(ConversationQuery::default()).await.unwrap(), ConversationPage::default());
    let old = enter(&*store, row(10), &[]).await;
    let mut of_one_moment = [enter(&*store, row(20), &[]).await, enter(&*store, row(20), &[]).await];
    of_one_moment.sort();
    let archived = ConversationRow { status: ConversationStatus::Archived, ..row(15) };
    let archived = enter(&*store, archived, &[]).await;
    let [first, second] = of_one_moment;
    assert_eq!(ids(&*store, ConversationQuery::default()).await, [first, second, archived, old]);

    store.append_message(new(old, "m1", 30)).await.unwrap();
    assert_eq!(ids(&*store, ConversationQuery::default()).await, [old, first, second, archived]);
    // An older one, as after a clock was set back, does not make it older.
    store.append_message(new(old, "m2", 3)).await.unwrap();
    assert_eq!(store.conversation(old).await.unwrap().unwrap().last_message_at, Some(at(30)));
    store.append_message(new(second, "m1", 25)).await.unwrap();
    assert_eq!(ids(&*store, ConversationQuery::default()).await, [old, second, first, archived]);
}

async fn a_list_has_only_the_conversations_that_all_of_its_query_fits(store: Arc<dyn Store>) {
    let (p, c) = (Some("p".to_owned()), Some("c".to_owned()));
    let completed = ConversationStatus::Completed;
    let one = enter(&*store, ConversationRow { project_id: p.clone(), ..row(40) }, &["ann"]).await;
    let two = enter(&*store, ConversationRow { client_id: c.clone(), ..row(30) }, &["ann", "bob"]).await;
    let three = ConversationRow { project_id: p.clone(), client_id: c.clone(), ..row(20) };
    let three = enter(&*store, three, &["bob"]).await;
    let four = ConversationRow { status: completed, project_id: p.clone(), ..row(10) };
    let four = enter(&*store, four, &["ann"]).await;
    let five = enter(&*store, ConversationRow { status: completed, ..row(5) }, &[]).await;
    let none = ConversationQuery::default();
    let (ann, bob) = (Some("ann".to_owned()), Some("bob".to_owned()));
    for (query, expected) in [
        (none.clone(), vec![one, two, three, four, five]),
        (ConversationQuery { participant: ann.clone(), ..none.clone() }, vec![one, two, four]),
        (ConversationQuery { participant: Some("an".to_owned()), ..none.clone() }, vec![]),
        (ConversationQuery { project_id: p.clone(), ..none.clone() }, vec![one, three, four]),
        (ConversationQuery { client_id: c.clone(), ..none.clone() }, vec![two, three]),
        (ConversationQuery { client_id: c.clone(), project_id: p.clone(), ..none.clone() }, vec![three]),
        (ConversationQuery { status: Some(completed), ..none.clone() }, vec![four, five]),
        (ConversationQuery { status: Some(ConversationStatus::Archived), ..none.clone() }, vec![]),
        (ConversationQuery { status: Some(completed), project_id: p.clone(), ..none.clone() }, vec![four]),
        (ConversationQuery { participant: bob.clone(), client_id: c, ..none.clone() }, vec![two, three]),
        (ConversationQuery { participant: bob, project_id: p, ..none.clone() }, vec![three]),
        (ConversationQuery { participant: ann, status: Some(completed), ..none.clone() }, vec![four]),
        (ConversationQuery { before: Some((at(20), three)), ..none.clone() }, vec![four, five]),
        (ConversationQuery { before: Some((at(35), one)), ..none }, vec![two, three, four, five]),
    ] {
        assert_eq!(ids(&*store, query.clone()).await, expected, "{query:?}");
    }
}

async fn a_list_is_read_in_pages_to_its_end(store: Arc<dyn Store>) {
    let p = Some("p".to_owned());
    for number in 0..9 {
        // Three of each moment, and of each status.
        let status = ConversationStatus::ALL[number / 3];
        let row = ConversationRow { status, project_id: p.clone(), ..row(10 + number as i64 % 3) };
        enter(&*store, row, &["ann"]).await;
    }
    let ann = ConversationQuery { participant: Some("ann".to_owned()), ..ConversationQuery::default() };
    let of_project = ConversationQuery { project_id: p, ..ConversationQuery::default() };
    let all = ids(&*store, ConversationQuery::default()).await;
    assert_eq!(all.len(), 9);
    for (query, limit) in
        [(ConversationQuery::default(), 1), (ann, 2), (of_project, 4), (ConversationQuery::default(), 9)]
    {
        let (mut before, mut found) = (None, Vec::new());
        loop {
            let page =
                store.conversations(ConversationQuery { before, limit, ..query.clone() }).await.unwrap();
            found.extend(page.conversations.iter().map(|row| row.conversation_id));
            assert_eq!(page.has_more, found.len() < 9, "{limit}");
            before = page.conversations.last().map(|row| (row.active_at(), row.conversation_id));
            if !page.has_more {
                break;
            }
        }
        assert_eq!(found, all, "{limit}");
    }
    let none = store.conversations(ConversationQuery::default()).await.unwrap();
    assert_eq!(none, ConversationPage { conversations: Vec::new(), has_more: true });
}

async fn a_deleted_conversation_is_gone_with_all_that_belongs_to_it(store: Arc<dyn Store>) {
    let first = row(5);
    let id = enter(&*store, first.clone(), &["ann"]).await;
    let other = begin(&*store, &["ann"]).await;
    for number in 0..3 {
        store.append_message(new(id, &number.to_string(), 6)).await.unwrap();
        store.append_message(new(other, &number.to_string(), 6)).await.unwrap();
    }
    assert!(store.delete_conversation(id).await.unwrap());
    assert!(!store.delete_conversation(id).await.unwrap());
    let query = MessageQuery { conversation_id: id, limit: 10, ..MessageQuery::default() };
    let is_gone = async || {
        assert_eq!(store.participants(id).await.unwrap(), []);
        assert_eq!(store.message(id, "0").await.unwrap(), None);
        assert_eq!(store.messages(query.clone()).await.unwrap(), []);
        assert_eq!(store.edit_message(id, "0", "x".to_owned(), at(7)).await.unwrap(), None);
        assert_eq!(store.delete_message(id, "0", at(7)).await.unwrap(), None);
        assert_eq!(store.mark_read(id, "ann", 1, at(7)).await.unwrap(), None);
        assert!(!store.remove_participant(id, "ann").await.unwrap());
    };
    is_gone().await;
    assert_eq!(store.conversation(id).await.unwrap(), None);
    assert_eq!(ids(&*store, ConversationQuery::default()).await, [other]);
    assert_eq!(store.append_message(new(id, "3", 7)).await.unwrap(), None);
    assert!(!store.put_participant(participant(id, "ann", 7)).await.unwrap());
    // Another of that name has nothing of the first.
    store.create_conversation(first, Vec::new()).await.unwrap();
    is_gone().await;
    let again = store.append_message(new(id, "0", 7)).await.unwrap().unwrap();
    assert_eq!((again.is_new, again.message.seq), (true, 1));
    let left = MessageQuery { conversation_id: other, ..query };
    assert_eq!(store.messages(left).await.unwrap().len(), 3);
    assert_eq!(store.participants(other).await.unwrap().len(), 1);
}

async fn a_conversation_stays_as_it_is_when_its_project_is_deleted(store: Arc<dyn Store>) {
    let project = members::project(&*store, Some("ann")).await;
    let of_project = ConversationRow { project_id: Some(project.to_string()), ..row(5) };
    let id = enter(&*store, of_project.clone(), &["ann"]).await;
    members::delete(&*store, project).await;
    assert_eq!(store.conversation(id).await.unwrap(), Some(of_project));
    assert_eq!(store.participants(id).await.unwrap(), [participant(id, "ann", 5)]);
    assert!(store.append_message(new(id, "m1", 6)).await.unwrap().unwrap().is_new);
}

async fn a_participant_who_enters_again_gets_another_name_and_nothing_else(store: Arc<dyn Store>) {
    let id = begin(&*store, &["ann"]).await;
    store.append_message(new(id, "m1", 6)).await.unwrap();
    store.mark_read(id, "ann", 1, at(7)).await.unwrap();
    let mut expected = ParticipantRow { read_seq: 1, read_at: Some(at(7)), ..participant(id, "ann", 5) };
    assert_eq!(store.participants(id).await.unwrap(), [expected.clone()]);
    for name in [Some("Ann".to_owned()), Some("Zoë".to_owned()), None] {
        expected.name = name.clone();
        assert!(store.put_participant(ParticipantRow { name, ..participant(id, "ann", 9) }).await.unwrap());
        assert_eq!(store.participants(id).await.unwrap(), [expected.clone()]);
    }
    assert!(!store.put_participant(participant(Uuid::new_v4(), "ann", 9)).await.unwrap());
    // Nobody has read what is not there.
    store.put_participant(ParticipantRow { read_seq: 7, ..participant(id, "bob", 9) }).await.unwrap();
    assert_eq!(store.participants(id).await.unwrap()[1].read_seq, 1);
}

async fn participants_are_listed_by_when_they_joined(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let expected = [("z", 1), ("B", 2), ("a", 2), ("b", 2)].map(|(user, at)| participant(id, user, at));
    for row in expected.iter().rev() {
        assert!(store.put_participant(row.clone()).await.unwrap());
    }
    begin(&*store, &["somebody"]).await;
    assert_eq!(store.participants(id).await.unwrap(), expected);
}

async fn a_participant_is_removed_once(store: Arc<dyn Store>) {
    let (id, other) = (begin(&*store, &["ann", "bob"]).await, begin(&*store, &["ann"]).await);
    assert!(store.remove_participant(id, "ann").await.unwrap());
    assert!(!store.remove_participant(id, "ann").await.unwrap());
    assert!(!store.remove_participant(Uuid::new_v4(), "bob").await.unwrap());
    assert_eq!(store.participants(id).await.unwrap(), [participant(id, "bob", 5)]);
    assert_eq!(store.participants(other).await.unwrap(), [participant(other, "ann", 5)]);
    let ann = ConversationQuery { participant: Some("ann".to_owned()), ..ConversationQuery::default() };
    assert_eq!(ids(&*store, ann).await, [other]);
}

async fn a_participant_reads_forward_and_not_beyond_the_last_message(store: Arc<dyn Store>) {
    let (id, other) = (begin(&*store, &["ann", "bob"]).await, begin(&*store, &["ann"]).await);
    let mut expected = participant(id, "ann", 5);
    assert_eq!(store.mark_read(id, "ann", 3, at(6)).await.unwrap(), Some(0));
    assert_eq!(store.participants(id).await.unwrap()[0], expected);
    for number in 0..4 {
        store.append_message(new(id, &number.to_string(), 6)).await.unwrap();
    }
    for (seq, when, counts, noted) in
        [(2, 10, 2, 10), (1, 20, 2, 10), (2, 30, 2, 10), (u64::MAX, 40, 4, 40), (3, 50, 4, 40)]
    {
        assert_eq!(store.mark_read(id, "ann", seq, at(when)).await.unwrap(), Some(counts));
        (expected.read_seq, expected.read_at) = (counts, Some(at(noted)));
        assert_eq!(store.participants(id).await.unwrap()[0], expected);
    }
    assert_eq!(store.participants(id).await.unwrap()[1], participant(id, "bob", 5));
    assert_eq!(store.participants(other).await.unwrap(), [participant(other, "ann", 5)]);
    assert_eq!(store.mark_read(id, "eve", 1, at(6)).await.unwrap(), None);
    assert_eq!(store.mark_read(Uuid::new_v4(), "ann", 1, at(6)).await.unwrap(), None);
}
