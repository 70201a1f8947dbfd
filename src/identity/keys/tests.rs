//! The file of keys, rotation, and what is refused as a secret.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

fn later() -> Timestamp {
    Timestamp::from_millis(1_700_000_100_000)
}

fn kids(keys: &SigningKeys) -> Vec<String> {
    keys.names().into_iter().map(|(kid, _)| kid).collect()
}

fn secret_in_file(directory: &Path, place: usize) -> String {
    let text = fs::read_to_string(directory.join(FILE_NAME)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["keys"][place]["secret"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_is_made_once_for_its_owner_alone_and_found_again() {
    let directory = TempDir::new().unwrap();
    let made = SigningKeys::open(directory.path(), now()).unwrap();
    let path = directory.path().join(FILE_NAME);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let found = SigningKeys::open(directory.path(), later()).unwrap();
    assert_eq!(found.names(), made.names());
    assert_eq!(found.names()[0].1, now());
    let secret = URL_SAFE_NO_PAD.decode(secret_in_file(directory.path(), 0)).unwrap();
    assert_eq!(secret.len(), MADE_SECRET);
    // Nothing half-written stays beside it.
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn two_servers_make_different_keys_and_two_processes_find_the_same() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    SigningKeys::open(one.path(), now()).unwrap();
    SigningKeys::open(other.path(), now()).unwrap();
    assert_ne!(secret_in_file(one.path(), 0), secret_in_file(other.path(), 0));
    // Who comes second with a key of its own takes the one that is there.
    let path = one.path().join(FILE_NAME);
    let taken = file::create(&path, &[made(later()).unwrap()]).unwrap();
    assert_eq!(taken[0].made_at, now());
    assert_eq!(fs::read_dir(one.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_others_may_open_is_refused() {
    let directory = TempDir::new().unwrap();
    SigningKeys::open(directory.path(), now()).unwrap();
    let path = directory.path().join(FILE_NAME);
    for mode in [0o604, 0o640, 0o620, 0o602, 0o610, 0o601, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = SigningKeys::open(directory.path(), now()).unwrap_err();
        assert!(matches!(error, KeyError::OpenToOthers { .. }), "{mode:o}: {error}");
        assert!(error.to_string().contains(&format!("{mode:o}")), "{error}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    SigningKeys::open(directory.path(), now()).unwrap();
}

#[test]
fn a_file_that_is_no_file_of_keys_is_refused_and_stays_and_nothing_of_it_is_shown() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(FILE_NAME);
    let key = |kid: &str, secret: &str| {
        format!(r#"{{"kid":"{kid}","made_at":"2026-11-21T12:00:00.000Z","secret":"{secret}"}}"#)
    };
    let good = "SECRETsecret".repeat(8);
    for text in [
        String::new(),
        "{}".to_owned(),
        r#"{"keys":[]}"#.to_owned(),
        format!(r#"{{"keys":[{}]}}"#, key("a", "SECRET")),
        format!(r#"{{"keys":[{}]}}"#, key("a", &format!("{good}=+/"))),
        format!(r#"{{"keys":[{0},{0}]}}"#, key("a", &good)),
        format!(r#"{{"keys":[{}],"more":1}}"#, key("a", &good)),
        format!(r#"{{"keys":[{}]}} "SECRET""#, key("a", &good)),
        "SECRET".repeat(1 << 18),
    ] {
        fs::write(&path, &text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let error = SigningKeys::open(directory.path(), now()).unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }), "{text:.80}: {error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_rotation_adds_a_key_that_signs_and_a_removal_takes_an_older_one() {
    let directory = TempDir::new().unwrap();
    let keys = SigningKeys::open(directory.path(), now()).unwrap();
    let first = kids(&keys)[0].clone();
    let second = keys.rotate(later()).unwrap();
    assert_eq!(kids(&keys), [first.clone(), second.clone()]);
    assert_eq!(keys.ring().newest().unwrap().kid, second);
    let path = directory.path().join(FILE_NAME);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(SigningKeys::open(directory.path(), now()).unwrap().names(), keys.names());

    assert!(matches!(keys.remove(&second), Err(KeyError::Signs)));
    assert!(matches!(keys.remove("other"), Err(KeyError::Unknown)));
    keys.remove(&first).unwrap();
    assert!(matches!(keys.remove(&second), Err(KeyError::Signs)));
    assert_eq!(kids(&keys), [second]);
    assert_eq!(SigningKeys::open(directory.path(), now()).unwrap().names(), keys.names());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_key_that_another_process_added_is_not_lost_by_a_rotation() {
    let directory = TempDir::new().unwrap();
    let ours = SigningKeys::open(directory.path(), now()).unwrap();
    let theirs = SigningKeys::open(directory.path(), now()).unwrap().rotate(now()).unwrap();
    let new = ours.rotate(later()).unwrap();
    assert_eq!(kids(&ours)[1..], [theirs, new]);
}

#[test]
fn a_rotation_that_cannot_be_written_changes_nothing() {
    let directory = TempDir::new().unwrap();
    let keys = SigningKeys::open(directory.path(), now()).unwrap();
    let before = keys.names();
    fs::rename(directory.path().join(FILE_NAME), directory.path().join("away")).unwrap();
    assert!(matches!(keys.rotate(later()), Err(KeyError::Io { .. })));
    assert_eq!(keys.names(), before);
}

#[test]
fn a_given_secret_is_the_only_key_and_is_not_changed() {
    let keys = SigningKeys::given(b"f3Zq8Lw1Xc6Vn0Rt5Yp2Ks9Dj4Hm7Gb!").unwrap();
    assert_eq!(kids(&keys), [GIVEN]);
    assert!(matches!(keys.rotate(now()), Err(KeyError::NotOurs)));
    assert!(matches!(keys.remove(GIVEN), Err(KeyError::NotOurs)));
    let shown = format!("{keys:?}");
    assert!(shown.contains(GIVEN) && !shown.contains("f3Zq8"), "{shown}");
}

#[test]
fn a_given_file_is_read_without_its_last_line_end_and_for_its_owner_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("secret");
    let secret = "f3Zq8Lw1Xc6Vn0Rt5Yp2Ks9Dj4Hm7Gb!";
    fs::write(&path, format!("{secret}\r\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(SigningKeys::given_file(&path), Err(KeyError::OpenToOthers { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(secret_of(&path).unwrap(), secret.as_bytes());
    SigningKeys::given_file(&path).unwrap();
    fs::write(&path, "\n").unwrap();
    assert!(matches!(SigningKeys::given_file(&path), Err(KeyError::Weak(WeakSecret::Short))));
    assert!(matches!(SigningKeys::given_file(&directory.path().join("none")), Err(KeyError::Io { .. })));
}

#[test]
fn secrets_that_can_be_guessed_are_refused() {
    use WeakSecret::{Known, Monotonous, Short};

    let cases: [(&[u8], WeakSecret); 9] = [
        (b"", Short),
        (b"f3Zq8Lw1Xc6Vn0Rt5Yp2Ks9Dj4Hm7Gb", Short),
        (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Monotonous),
        (b"abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc", Monotonous),
        (b"your-secret-key-change-this-in-production", Known),
        (b"YOUR_SECRET_KEY_CHANGE_THIS_IN_PRODUCTION", Known),
        (b"my-app-1234567890-please-Change_Me-soon", Known),
        (b"your-super-secret-jwt-key-of-32-characters", Known),
        (b"changeme", Known),
    ];
    for (secret, why) in cases {
        assert_eq!(check_secret(secret), Err(why), "{}", String::from_utf8_lossy(secret));
    }
    // Hexadecimal and base64 of random bytes, and bytes that are no text.
    assert_eq!(check_secret(b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), Ok(()));
    assert_eq!(
        check_secret(&(0..32_u8).map(|byte| byte.wrapping_mul(7).wrapping_add(128)).collect::<Vec<u8>>()),
        Ok(())
    );
}
