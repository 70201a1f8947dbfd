//! A Rust source as the rules see it: its tokens without comments, the paths that it names, and its
//! texts. Not a parser: it knows just enough to tell a path from a comment or a text that looks like one.

/// One source file.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the crate, with `/`.
    pub path: String,
    /// As it stands in the file.
    pub text: String,
    tokens: Vec<Token>,
    /// The contents of its string literals.
    pub literals: Vec<String>,
}

#[derive(Debug)]
struct Token {
    /// A word, `::`, or one other character.
    text: String,
    /// How many inline modules stand around it.
    inline_modules: usize,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut literals = Vec::new();
        let tokens = with_modules(split(text, &mut literals));
        Self { path: path.to_owned(), text: text.to_owned(), tokens, literals }
    }

    /// The part of the crate that it belongs to: the first name below `src`.
    pub(super) fn room(&self) -> &str {
        self.modules().next().unwrap_or_default()
    }

    /// The names of the modules around its contents, outermost first; none for the crate's roots.
    fn modules(&self) -> impl Iterator<Item = &str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        path.strip_suffix("/mod").unwrap_or(path).split('/')
    }

    /// Whether `macro_name!` is called anywhere.
    pub(super) fn calls(&self, macro_name: &str) -> bool {
        self.tokens.windows(2).any(|pair| pair[0].text == macro_name && pair[1].text == "!")
    }

    /// The lines before its inline tests, which by convention stand at its end.
    pub(super) fn lines_without_tests(&self) -> usize {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines.windows(2).position(|pair| {
            pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
        });
        tests.unwrap_or(lines.len())
    }

    /// Every path of two names or more, and everything that `use` names, written out.
    ///
    /// Paths that lead to this crate's root begin with `crate`, however they are written.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if self.starts_path(at) {
                let inline_modules = self.tokens[at].inline_modules;
                let mut paths = Vec::new();
                at = self.tree(at, &[], &mut paths);
                found.extend(paths.into_iter().map(|path| self.anchored(path, inline_modules).join("::")));
            } else {
                at += 1;
            }
        }
        found
    }

    fn token(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn starts_path(&self, at: usize) -> bool {
        let before = |steps: usize| at.checked_sub(steps).map_or("", |before| self.token(before));
        let (token, next) = (self.token(at), self.token(at + 1));
        match before(1) {
            "use" => is_word(token) || matches!(token, "::" | "{"),
            "::" | "." => false,
            _ if is_word(token) => next == "::",
            // `::name` leads out of the crate, but for the rest of `<T as Trait>::name`.
            ">" => token == "::" && is_word(next) && before(2) == "-",
            other => token == "::" && is_word(next) && !is_word(other),
        }
    }

    /// Reads one path, or a tree of them, and gives where it ends.
    fn tree(&self, mut at: usize, stem: &[String], paths: &mut Vec<Vec<String>>) -> usize {
        let mut path = stem.to_vec();
        loop {
            match self.token(at) {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while !matches!(self.token(at), "}" | "") {
                        at = self.tree(at, &path, paths);
                        while !matches!(self.token(at), "," | "}" | "") {
                            at += 1;
                        }
                        at += usize::from(self.token(at) == ",");
                    }
                    return at + 1;
                }
                word if is_word(word) || word == "*" => {
                    path.extend((word != "self").then(|| word.to_owned()));
                    at += 1;
                    if self.token(at) != "::" {
                        break;
                    }
                }
                _ => break,
            }
        }
        paths.push(path);
        at
    }

    /// `super::…` and the crate's own name from outside, as `crate::…`.
    fn anchored(&self, path: Vec<String>, inline_modules: usize) -> Vec<String> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let outside = path.first().is_some_and(|name| name == env!("CARGO_PKG_NAME"));
        let skipped = match ups {
            0 if outside => 1,
            1.. if ups >= self.modules().count() + inline_modules => ups,
            _ => return path,
        };
        std::iter::once("crate".to_owned()).chain(path.into_iter().skip(skipped)).collect()
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The tokens of `text` without comments; string literals go to `literals`.
fn split(text: &str, literals: &mut Vec<String>) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let raw = raw_string(rest);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some((opening, closing)) = raw {
            let end = rest[opening..].find(&closing).map_or(rest.len(), |end| opening + end);
            literals.push(rest[opening..end].to_owned());
            (end + closing.len()).min(rest.len())
        } else if first == '"' {
            let end = 1 + quoted(&rest[1..], '"');
            literals.push(rest[1..end].to_owned());
            (end + 1).min(rest.len())
        } else if let Some(length) = character(rest) {
            length
        } else if is_word(rest) {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else {
            let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                tokens.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 && at < text.len() {
        let (length, change) = match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += length;
        depth += change;
    }
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// The length of the opening of a raw string, and its closing.
fn raw_string(text: &str) -> Option<(usize, String)> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let opening = text.len() - after.len() + hashes + 1;
    after[hashes..].starts_with('"').then(|| (opening, format!("\"{}", "#".repeat(hashes))))
}

/// How far it is to the closing quote, past escaped ones.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|&(_, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(end, _)| end)
}

/// The length of a character literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let one = inner.chars().next()?;
    let closed = one == '\\' || inner[one.len_utf8()..].starts_with('\'');
    closed.then(|| (2 + quoted(inner, '\'')).min(text.len()))
}

/// Counts for each token the inline modules that it stands in.
fn with_modules(tokens: Vec<String>) -> Vec<Token> {
    let mut braces: Vec<bool> = Vec::new();
    let mut seen: [String; 2] = Default::default();
    let mut placed = Vec::with_capacity(tokens.len());
    for text in tokens {
        match text.as_str() {
            "{" => braces.push(seen[0] == "mod"),
            "}" => drop(braces.pop()),
            _ => {}
        }
        let inline_modules = braces.iter().filter(|&&module| module).count();
        seen = [std::mem::take(&mut seen[1]), text.clone()];
        placed.push(Token { text, inline_modules });
    }
    placed
}
