//! Times as people write them: `500ms`, `10s`, `2m`.

use std::time::Duration;

/// Takes a whole number and a unit, `ms`, `s`, `m` or `h`. No signs, fractions, or sums.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        _ => return Err("a time is a whole number and ms, s, m or h, such as 10s".into()),
    };
    let number: u64 = number.parse().map_err(|_| "a time starts with a whole number".to_owned())?;
    number.checked_mul(milliseconds).map(Duration::from_millis).ok_or_else(|| "that is too long".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_unit_is_a_time() {
        for (text, milliseconds) in
            [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h", 3_600_000), ("0s", 0)]
        {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "10", "s", "-1s", "+1s", "1.5s", "10 s", " 10s", "10S", "1m30s", "1d", "９s"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse("18446744073709551615h").is_err());
        assert!(parse("18446744073709551616s").is_err());
    }
}
