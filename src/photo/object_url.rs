//! An object URL with an owner.

use std::rc::Rc;
use web_sys::{Blob, Url};

/// An address under which the page can show a blob; revoked when the last clone is gone.
#[derive(Clone, Debug)]
pub struct ObjectUrl(Rc<Owned>);

#[derive(Debug)]
struct Owned(String);

impl ObjectUrl {
    pub fn new(blob: &Blob) -> Self {
        // It fails in no browser for a blob; an empty address would show as a broken picture.
        Self(Rc::new(Owned(Url::create_object_url_with_blob(blob).unwrap_or_default())))
    }

    pub fn as_str(&self) -> &str {
        &self.0.0
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
