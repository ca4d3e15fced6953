//! Which earlier requests tell how long one will take.

use super::Session;
use crate::endpoint::{Connection, is_finer};
use backdrop_contract::{Name, Request};
use leptos::prelude::*;

impl Session {
    /// Who makes it, how, how many at once, and how large the photo is, in powers of two of a
    /// megapixel.
    pub(super) fn kind_of(self, connection: &Connection, request: &Request) -> String {
        let count = untrack(|| self.pictures());
        Self::kind(connection, request, count, self.photo_size.get_untracked())
    }

    /// The same for so many pictures of a photo of this size.
    pub(super) fn kind(
        connection: &Connection,
        request: &Request,
        count: u32,
        size: Option<(u32, u32)>,
    ) -> String {
        let (width, height) = size.unwrap_or_default();
        let megapixels = (u64::from(width) * u64::from(height)).div_ceil(1_000_000).max(1);
        let numbers = [
            u64::from(connection.is_device() && is_finer()),
            u64::from(request.is_on(Name::Fast)),
            u64::from(request.is_on(Name::OriginalQuality)),
            count.into(),
            megapixels.next_power_of_two(),
        ];
        let numbers = numbers.map(|number| number.to_string()).join(" ");
        [connection.address(), " ", &numbers].concat()
    }
}
