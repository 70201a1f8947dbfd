//! What a request shows to say who calls: in a header, or in the query where a browser can send no header.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::identity::Shown;

/// How a program shows an API key that does not know `Authorization`.
const API_KEY: &str = "x-api-key";

/// What a request shows, if anything. Another scheme than `Bearer` shows nothing that counts.
pub fn shown(parts: &Parts) -> Option<Shown> {
    in_headers(&parts.headers).or_else(|| {
        let mut pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(name, _)| name == "token").map(|(_, token)| Shown::read(&token))
    })
}

/// The same by headers alone.
pub fn in_headers(headers: &HeaderMap) -> Option<Shown> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(authorization) = text(AUTHORIZATION.as_str()) {
        return Some(Shown::read(bearer(authorization).unwrap_or_default()));
    }
    text(API_KEY).map(|key| Shown::ApiKey(key.to_owned()))
}

/// The token of `Bearer …`.
pub fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn shown_by(uri: &str, headers: &[(&str, &str)]) -> Option<Shown> {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        shown(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_header_goes_before_the_query() {
        let token = |text: &str| Some(Shown::Token(text.to_owned()));
        assert_eq!(shown_by("/?token=q", &[]), token("q"));
        assert_eq!(shown_by("/?token=q", &[("authorization", "Bearer h")]), token("h"));
        assert_eq!(shown_by("/", &[("authorization", "bearer  h ")]), token("h"));
        assert_eq!(shown_by("/", &[]), None);
    }

    #[test]
    fn credentials_of_another_kind_are_told_by_their_form() {
        assert_eq!(
            shown_by("/", &[("authorization", "Bearer sk_1")]),
            Some(Shown::ApiKey("sk_1".to_owned()))
        );
        assert_eq!(shown_by("/", &[("x-api-key", "sk_2")]), Some(Shown::ApiKey("sk_2".to_owned())));
        assert_eq!(shown_by("/?token=sess_3", &[]), Some(Shown::SessionToken("sess_3".to_owned())));
    }

    #[test]
    fn another_scheme_is_no_way_around() {
        assert_eq!(
            shown_by("/?token=q", &[("authorization", "Basic YTpi")]),
            Some(Shown::Token(String::new()))
        );
    }
}
