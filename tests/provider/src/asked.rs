use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::Value;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub headers: HeaderMap,
    pub body: Bytes,
    pub path: String,
}

impl Asked {
    /// A header's value; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a request's body is JSON")
    }

    pub(super) fn seed(&self) -> i64 {
        let body: Option<Value> = serde_json::from_slice(&self.body).ok();
        body.and_then(|body| body["seed"].as_i64()).unwrap_or_default()
    }
}
