//! Passwords that are right and wrong, and how many are compared at once.

use std::sync::mpsc;
use std::time::Duration;

use super::*;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_password_is_known_by_its_hash_and_no_other_is() {
    let passwords = Passwords::new().unwrap();
    let stored = passwords.hash("correct horse".to_owned()).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert!(!stored.contains("horse"));
    assert!(passwords.verify("correct horse".to_owned(), Some(&stored)).await.unwrap());
    for wrong in ["", "correct horsf", "correct horse ", "Correct horse", &"x".repeat(MAX_PASSWORD + 1)] {
        assert!(!passwords.verify(wrong.to_owned(), Some(&stored)).await.unwrap(), "{wrong:.20}");
    }
    // The salt is another each time.
    assert_ne!(passwords.hash("correct horse".to_owned()).await.unwrap(), stored);
}

#[tokio::test]
async fn for_who_is_unknown_a_hash_of_the_same_cost_is_compared() {
    let passwords = Passwords::new().unwrap();
    for password in ["", "password", "correct horse"] {
        assert!(!passwords.verify(password.to_owned(), None).await.unwrap());
    }
    let stored = passwords.hash("correct horse".to_owned()).await.unwrap();
    let parsed = |text: &str| {
        let hash = PasswordHash::new(text).unwrap();
        let length = (hash.hash.unwrap().len(), hash.salt.unwrap().as_str().len());
        (hash.algorithm.to_string(), hash.version, hash.params.to_string(), length)
    };
    assert_eq!(parsed(&passwords.nobody), parsed(&stored));
    // It can be compared, which is what takes the time.
    assert!(!verify("password", &passwords.nobody).unwrap());
}

#[tokio::test]
async fn a_password_too_short_or_too_long_is_not_stored() {
    let passwords = Passwords::new().unwrap();
    for wrong in [0, MIN_PASSWORD - 1, MAX_PASSWORD + 1] {
        let refused = passwords.hash("x".repeat(wrong)).await;
        assert!(matches!(refused, Err(PasswordError::Length)), "{wrong}");
    }
    passwords.hash("x".repeat(MIN_PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_hash_of_an_earlier_cost_is_compared_by_that_and_a_broken_one_lets_nobody_in() {
    let passwords = Passwords::new().unwrap();
    let params = Params::new(8 * 1024, 1, 1, None).unwrap();
    let earlier = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = SaltString::encode_b64(&[7; 16]).unwrap();
    let stored = earlier.hash_password(b"correct horse", &salt).unwrap().to_string();
    assert!(passwords.verify("correct horse".to_owned(), Some(&stored)).await.unwrap());
    for broken in ["", "correct horse", "$argon2id$v=19$m=19456,t=2,p=1$", &stored[..stored.len() - 1]] {
        let answer = passwords.verify("correct horse".to_owned(), Some(broken)).await;
        assert!(!matches!(answer, Ok(true)), "{broken}");
    }
}

/// Work that says that it began, and ends when it is told.
fn held(began: &mpsc::Sender<usize>, number: usize) -> (impl FnOnce() + Send + 'static, mpsc::Sender<()>) {
    let (end, told) = mpsc::channel::<()>();
    let began = began.clone();
    let work = move || {
        began.send(number).unwrap();
        let _ = told.recv_timeout(PATIENCE);
    };
    (work, end)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_are_worked_on_at_once_and_the_next_begins_when_one_is_done() {
    let desks = Arc::new(Desks::new(2, 10));
    let (began, begins) = mpsc::channel();
    let mut ends = Vec::new();
    let mut askers = Vec::new();
    for number in 0..4 {
        let (work, end) = held(&began, number);
        let desks = Arc::clone(&desks);
        askers.push(tokio::spawn(async move { desks.run(work).await }));
        ends.push(end);
    }
    let first = begins.recv_timeout(PATIENCE).unwrap();
    let second = begins.recv_timeout(PATIENCE).unwrap();
    assert_eq!(desks.working.available_permits(), 0);
    assert!(begins.try_recv().is_err());
    // Who asked goes: its desk is not free.
    askers[first].abort();
    assert!((&mut askers[first]).await.unwrap_err().is_cancelled());
    assert_eq!(desks.working.available_permits(), 0);
    assert!(begins.try_recv().is_err());
    ends[second].send(()).unwrap();
    let third = begins.recv_timeout(PATIENCE).unwrap();
    ends[first].send(()).unwrap();
    let fourth = begins.recv_timeout(PATIENCE).unwrap();
    ends[third].send(()).unwrap();
    ends[fourth].send(()).unwrap();
    for (number, asker) in askers.into_iter().enumerate() {
        if number != first {
            asker.await.unwrap().unwrap();
        }
    }
    assert_eq!(desks.working.available_permits(), 2);
    assert_eq!(desks.all.available_permits(), 12);
}

#[tokio::test]
async fn who_finds_no_place_to_wait_is_told() {
    let desks = Arc::new(Desks::new(1, 1));
    let (began, begins) = mpsc::channel();
    let (work, end) = held(&began, 0);
    let (other, done) = (held(&began, 1), Arc::clone(&desks));
    let asker = tokio::spawn(async move { done.run(work).await });
    while desks.working.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let waiting = tokio::spawn({
        let desks = Arc::clone(&desks);
        async move { desks.run(other.0).await }
    });
    while desks.all.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(desks.run(|| ()).await, Err(PasswordError::Busy)));
    // Who stops waiting leaves its place.
    waiting.abort();
    waiting.await.unwrap_err();
    assert_eq!(desks.all.available_permits(), 1);
    end.send(()).unwrap();
    asker.await.unwrap().unwrap();
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), [0]);
    desks.run(|| ()).await.unwrap();
}
