//! The levels of alerts.

use super::*;

#[test]
fn levels_are_two_and_the_critical_one_is_worse() {
    let told =
        |flag: &str| parse_in(&[flag], &Environment::new(&[], "no/such/directory")).map(|it| it.status);
    let levels = told("--alert-lag=100ms,2s").unwrap().lag;
    assert_eq!((levels.warning, levels.critical), (0.1, 2.0));
    let free = told("--alert-disk-free=0.2, 0.1").unwrap().disk_free;
    assert_eq!((free.warning, free.critical), (0.2, 0.1));
    for flag in [
        "--alert-lag=2s,1s",
        "--alert-lag=1s",
        "--alert-memory=0.9,0.8",
        "--alert-memory=0.9,1.1",
        "--alert-memory=NaN,1",
        "--alert-disk-free=0.1,0.2",
        "--alert-response-time=5,10",
    ] {
        assert!(told(flag).is_err(), "{flag}");
    }
}
