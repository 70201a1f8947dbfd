//! What a message is about, and how much is known of that: words, counted and compared. Pure.

use std::collections::BTreeSet;

/// The most words that a message is taken to be about.
const MOST_TERMS: usize = 20;
/// Shorter words say little.
const SHORTEST: usize = 3;
/// Words that are in every message, whatever it is about.
const STOP_WORDS: &[&str] = &[
    "about", "after", "again", "all", "also", "and", "any", "are", "because", "been", "before", "being",
    "but", "can", "cannot", "could", "did", "does", "doing", "done", "each", "else", "every", "for", "from",
    "get", "gets", "give", "had", "has", "have", "her", "here", "him", "his", "how", "into", "its", "just",
    "let", "like", "make", "may", "might", "more", "most", "much", "must", "need", "needs", "not", "now",
    "off", "one", "only", "our", "out", "over", "please", "shall", "she", "should", "some", "such", "tell",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "too", "use",
    "very", "want", "was", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why",
    "will", "with", "would", "you", "your",
];

/// The words that a message is about, in the order in which they stand in it, each once.
#[must_use]
pub fn key_terms(text: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let words = text.split(|character: char| !character.is_alphanumeric()).map(str::to_lowercase);
    let says_something =
        |word: &String| word.chars().count() >= SHORTEST && !STOP_WORDS.contains(&word.as_str());
    words.filter(says_something).filter(|word| known.insert(word.clone())).take(MOST_TERMS).collect()
}

/// What is known of a message's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The share of the terms that are in anything that is remembered. 0 without terms.
    pub context: f64,
    /// How many memories have a term in them, for as many as there are terms; 1 at most.
    pub completeness: f64,
    /// The mean of both.
    pub confidence: f64,
    /// Which memories have a term in them, by their places.
    pub relevant: Vec<usize>,
    /// What would help.
    pub suggested_actions: Vec<String>,
}

/// Holds what is remembered against a message's terms.
#[must_use]
pub fn known<'a>(terms: &[String], memories: impl IntoIterator<Item = &'a str>) -> Known {
    let memories: Vec<String> = memories.into_iter().map(str::to_lowercase).collect();
    let is_known = |term: &&String| memories.iter().any(|memory| memory.contains(term.as_str()));
    let (found, missing): (Vec<_>, Vec<_>) = terms.iter().partition(is_known);
    let about = |memory: &String| terms.iter().any(|term| memory.contains(term.as_str()));
    let relevant: Vec<usize> =
        memories.iter().enumerate().filter(|(_, memory)| about(memory)).map(|(place, _)| place).collect();
    let share =
        |part: usize| if terms.is_empty() { 0.0 } else { (part as f64 / terms.len() as f64).min(1.0) };
    let (context, completeness) = (share(found.len()), share(relevant.len()));
    let confidence = f64::midpoint(context, completeness);
    Known {
        context,
        completeness,
        confidence,
        suggested_actions: suggested(terms, &missing, memories.len()),
        relevant,
    }
}

fn suggested(terms: &[String], missing: &[&String], memories: usize) -> Vec<String> {
    let mut actions = Vec::new();
    if terms.is_empty() {
        actions.push("Say what the message is about".to_owned());
    }
    if !missing.is_empty() {
        let missing: Vec<&str> = missing.iter().take(5).map(|term| term.as_str()).collect();
        actions.push(format!("Say more about {}", missing.join(", ")));
    }
    if memories == 0 {
        actions.push("Describe what was tried before".to_owned());
    }
    actions
}

/// The first characters of a text, with dots if there are more.
#[must_use]
pub fn preview(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_about_its_words_that_are_in_few_others() {
        assert_eq!(
            key_terms("Why is the Door's paint, and the paint only, late?"),
            ["door", "paint", "late"]
        );
        assert_eq!(key_terms("What is it?"), [""; 0]);
        assert_eq!(key_terms("Größe der Tür"), ["größe", "der", "tür"]);
        let many: Vec<String> = (0..50).map(|n| format!("word{n}")).collect();
        assert_eq!(key_terms(&many.join(" ")).len(), MOST_TERMS);
    }

    #[test]
    fn what_is_known_is_the_share_of_the_terms_that_something_remembers() {
        let terms = key_terms("door paint late engine");
        let nothing = known(&terms, []);
        assert_eq!((nothing.context, nothing.completeness, nothing.confidence), (0.0, 0.0, 0.0));
        assert_eq!(nothing.suggested_actions.len(), 2);
        let half = known(&terms, ["The DOOR is new", "no such word", "Paint it red"]);
        assert_eq!((half.context, half.completeness, half.confidence), (0.5, 0.5, 0.5));
        assert_eq!(half.relevant, [0, 2]);
        assert_eq!(half.suggested_actions, ["Say more about late, engine"]);
        let all = known(&terms, ["door paint late engine"; 9]);
        assert_eq!((all.context, all.completeness, all.confidence), (1.0, 1.0, 1.0), "never more");
        assert_eq!(known(&[], ["door"]).confidence, 0.0);
    }

    #[test]
    fn a_preview_has_dots_only_if_there_is_more() {
        assert_eq!(preview("Tür", 3), "Tür");
        assert_eq!(preview("Türen", 3), "Tür...");
    }
}
