//! That a session token counts as long as it is used, with a clock of our own.

use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::clock::Clock;
use crate::identity::audit::Audit;
use crate::identity::keys::SigningKeys;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::{Lifetimes, Tokens};
use crate::identity::{Mode, Rules, Shown, Validity};
use crate::store::{Accounts as _, MemoryStore, SecretHash, Store};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// What lasts of a server, and the time.
struct House {
    store: Arc<MemoryStore>,
    now: Arc<AtomicI64>,
}

impl House {
    fn new() -> Self {
        Self { store: Arc::default(), now: Arc::new(AtomicI64::new(1_000_000_000)) }
    }

    /// A server that starts.
    async fn start(&self) -> Identity {
        let time = Arc::clone(&self.now);
        let clock: Clock = Arc::new(move || Timestamp::from_millis(time.load(Ordering::SeqCst)));
        let keys = Arc::new(SigningKeys::passing(clock()).unwrap());
        let store = Arc::clone(&self.store) as Arc<dyn Store>;
        let rules = Rules {
            mode: Mode::Token,
            tokens: Tokens::new(keys, Arc::clone(&clock), Lifetimes::default()),
            foreign: None,
            passwords: Passwords::new().unwrap(),
            audit: Arc::new(Audit::new(Arc::clone(&store), Arc::clone(&clock), Box::new(|| ()))),
        };
        Identity::load(rules, store, clock).await.unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// When the store thinks that a token was used, in seconds from now.
    async fn noted(&self, hash: SecretHash) -> Option<i64> {
        let row = self.store.session_token_by_hash(hash).await.unwrap()?;
        Some((row.last_used_at.millis() - self.now.load(Ordering::SeqCst)) / 1_000)
    }
}

async fn token(identity: &Identity, user_id: &str) -> Secret {
    let proven = Proven { user_id: user_id.to_owned(), by: "password" };
    identity.create_session_token(&proven, HERE).await.unwrap()
}

async fn show(identity: &Identity, secret: &Secret) -> Result<SignedIn, Denied> {
    identity.authenticate(Shown::SessionToken(secret.expose().to_owned()), HERE).await
}

#[tokio::test]
async fn it_counts_for_an_hour_after_each_use_and_the_store_is_told_now_and_then() {
    let house = House::new();
    let identity = house.start().await;
    let secret = token(&identity, "ann").await;
    for _ in 0..4 {
        house.pass(3_599);
        assert_eq!(&*show(&identity, &secret).await.unwrap().caller.user_id, "ann");
    }
    assert_eq!(house.noted(secret.hash()).await, Some(-4 * 3_599), "not with every use");
    identity.note_uses(None).await.unwrap();
    assert_eq!(house.noted(secret.hash()).await, Some(0));
    let identity = house.start().await;
    house.pass(3_599);
    assert!(show(&identity, &secret).await.is_ok(), "another process goes on");
    house.pass(3_600);
    assert!(matches!(show(&identity, &secret).await, Err(Denied::Bad)));
    assert!(matches!(show(&identity, &secret).await, Err(Denied::Bad)), "that was no use");
    identity.prune_session_tokens().await.unwrap();
    assert_eq!(house.noted(secret.hash()).await, None);
}

#[tokio::test]
async fn a_connection_uses_it_and_one_that_ended_does_not() {
    let house = House::new();
    let identity = house.start().await;
    let secret = token(&identity, "ann").await;
    let who = show(&identity, &secret).await.unwrap();
    for _ in 0..3 {
        house.pass(3_000);
        identity.keep_alive(&who);
        assert_eq!(identity.validity(&who), Validity::Good);
    }
    identity.prune_session_tokens().await.unwrap();
    assert_eq!(house.noted(secret.hash()).await, Some(0), "what is used is not pruned");
    house.pass(3_600);
    identity.keep_alive(&who);
    assert_eq!(identity.validity(&who), Validity::Over);
}

#[tokio::test]
async fn a_sixth_makes_the_one_go_that_was_used_longest_ago() {
    let house = House::new();
    let identity = house.start().await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(token(&identity, "ann").await);
        house.pass(1);
    }
    let of_bob = token(&identity, "bob").await;
    let first = show(&identity, &tokens[0]).await.unwrap();
    let second = show(&identity, &tokens[1]).await.unwrap();
    house.pass(1);
    identity.keep_alive(&first);
    identity.keep_alive(&second);
    let sixth = token(&identity, "ann").await;
    assert_eq!(identity.validity(&first), Validity::Good, "it was used since");
    assert!(show(&identity, &tokens[2]).await.is_err());
    for kept in [&tokens[0], &tokens[1], &tokens[3], &tokens[4], &sixth, &of_bob] {
        assert!(show(&identity, kept).await.is_ok());
    }
}

#[tokio::test]
async fn what_was_read_from_the_store_before_it_ended_lets_nobody_in() {
    let house = House::new();
    let identity = house.start().await;
    let secret = token(&identity, "ann").await;
    let row = identity.session_token(secret.expose()).await.unwrap().unwrap();
    let before = show(&identity, &secret).await.unwrap();
    identity.end_session_tokens_of("ann").await.unwrap();
    assert!(show(&identity, &secret).await.is_err());
    // Another task had read it, and goes on now.
    identity.uses.begin(&row);
    assert_eq!(identity.validity(&before), Validity::Over);
}
