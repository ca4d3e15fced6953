//! What came of a request.

use crate::endpoint::{Answers, Picture, PictureSource};
use crate::photo::{Address, Photo};
use backdrop_contract::Request;

/// A picture with what made it.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub picture: Picture,
    /// The photo it was made from; none when it was collected after a reload.
    pub photo: Option<Photo>,
    /// The photo's name.
    pub name: String,
    pub seed: i64,
    /// From the press to the picture, in milliseconds.
    pub took: u32,
    /// Who was asked.
    pub answers: Answers,
    /// The parameters, without the pictures; none are known when it was collected after a reload.
    pub request: Request,
    /// When the button was pressed: the same for all that were asked for at once.
    pub batch: Option<f64>,
}

impl Outcome {
    /// The name of a download: after the photo.
    pub fn file_name(&self) -> String {
        let stem = Photo::stem_of(&self.name);
        match &self.picture.source {
            PictureSource::File { format, .. } => [stem, "-backdrop.", format.extension()].concat(),
            PictureSource::Elsewhere(_) => [stem, "-backdrop"].concat(),
        }
    }

    /// The picture as the next photo; none when it lies at an address that cannot be sent.
    pub(super) fn as_photo(&self) -> Option<Photo> {
        let name = self.file_name();
        match self.picture.source.clone() {
            PictureSource::File { blob, format, .. } => {
                Some(Photo::made(blob, format, self.picture.size, name))
            }
            PictureSource::Elsewhere(url) => Address::read(&url).ok().map(Photo::of_address),
        }
    }
}
