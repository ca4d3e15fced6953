//! The finer network of this device.

use super::Language;
use crate::endpoint::NotFiner;

pub const FINER: &str = "Finer cut-out";
pub const FINER_OFFERED: &str = "Keeps more of what is thin and faint, and takes longer. One download of 44 MB: you are asked first";
pub const FINER_KEPT: &str =
    "Keeps more of what is thin and faint, and takes about four times as long";
pub const FINER_FETCHING: &str = "Fetching the finer cut-out, once";
pub const FINER_WHAT: &str = "A larger network keeps more of what is thin and faint: hair, straps, spokes. Photos stay on this device with it, too.";
pub const FINER_STAYS: &str =
    "It stays in this browser until you remove it, and works offline from then on.";
pub const FINER_COSTS: &str =
    "Each photo takes about four times as long, and about 400 MB of memory.";
pub const FINER_YES: &str = "Download 44 MB";
pub const FINER_HERE: &str = "The finer cut-out is here, and used from the next picture on";
pub const FINER_REMOVE: &str = "Remove it from this device (44 MB)";
pub const FINER_REMOVED: &str = "The 44 MB are removed. The quick cut-out is used";
pub const FINER_QUICK: &str = "Send with the quick cut-out";

pub fn finer_from(language: Language, host: &str) -> String {
    language.fill("One download of 44 MB from {host}.", &[("host", host)])
}

/// What happened, what that means, and what to do.
pub fn not_finer(why: NotFiner) -> &'static str {
    match why {
        NotFiner::Cut => {
            "The download broke off. Nothing is lost, and the quick cut-out goes on: check the connection, then switch it on again."
        }
        NotFiner::Missing => {
            "The server does not have the file any more. The quick cut-out goes on; who runs this site can put the file there."
        }
        NotFiner::Changed => {
            "What came is not the file that was meant, so it was thrown away. The quick cut-out goes on: try again later, or tell who runs this site."
        }
        NotFiner::Full => {
            "The file came, but this browser has no room to keep it. The quick cut-out goes on: make room on this device, then switch it on again."
        }
        NotFiner::Gone => {
            "This browser has cleared the finer cut-out away. The quick one goes on: switch it on again to download it once more."
        }
        NotFiner::Forbidden => {
            "This page does not let the engine start, so nothing could be downloaded. Who runs this site can allow it."
        }
    }
}
