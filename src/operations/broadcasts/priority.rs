//! How urgent a broadcast is: any whole number, or a word, and which of three queues that means.

/// What the words stand for.
const WORDS: [(&str, i64); 4] = [("low", 1), ("normal", 2), ("high", 3), ("critical", 4)];

/// A queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// From 3 on.
    High,
    /// 2
    Normal,
    /// Up to 1.
    Low,
}

impl Level {
    /// Which queue a priority means.
    pub const fn of(priority: i64) -> Self {
        match priority {
            3.. => Self::High,
            2 => Self::Normal,
            ..=1 => Self::Low,
        }
    }
}

/// Reads a priority; none if it is neither a whole number nor a word for one. One that is too large to count to is the
/// nearest that is not.
#[must_use]
pub fn read(text: &str) -> Option<i64> {
    let known = WORDS.iter().find(|(word, _)| *word == text);
    known.map(|(_, priority)| *priority).or_else(|| number(text))
}

fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // All clients can count to this.
    const MOST: i64 = 9_007_199_254_740_991;
    let too_large = if text.starts_with('-') { -MOST } else { MOST };
    Some(text.parse().unwrap_or(too_large).clamp(-MOST, MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_whole_numbers_are_priorities_and_nothing_else_is() {
        for (text, level) in [
            ("low", Level::Low),
            ("normal", Level::Normal),
            ("high", Level::High),
            ("critical", Level::High),
            ("1", Level::Low),
            ("-1", Level::Low),
            ("0", Level::Low),
            ("2", Level::Normal),
            ("+3", Level::High),
            ("99999999999999999999", Level::High),
            ("-99999999999999999999", Level::Low),
        ] {
            assert_eq!(read(text).map(Level::of), Some(level), "{text}");
        }
        for text in ["", "urgent", "1.5", "--1", " 1", "High", "0x1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
