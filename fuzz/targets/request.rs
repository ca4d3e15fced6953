//! Any body that a client may send: read without a panic, and said again as it was read.
#![no_main]

use backdrop_contract::{Dialect, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = serde_json::from_slice::<Request>(bytes) else { return };
    let written = serde_json::to_string(&request).expect("JSON");
    let again: Request = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(again, request);
    for dialect in Dialect::ALL {
        let sendable = dialect.problems(&request).is_empty();
        assert!(!sendable || request.problems().is_empty());
        let fields = serde_json::to_value(dialect.fields(&request)).expect("JSON");
        assert!(fields.as_object().is_some_and(|map| map.values().all(|one| !one.is_null())));
    }
    assert_eq!(request.clone().without_defaults().problems(), request.problems());
});
