//! Correcting a cut-out.

pub const CORRECT_CUTOUT: &str = "Correct the cut-out";
pub const CUTOUT_CANVAS: &str =
    "The photo, to be painted on: arrow keys move the brush, with Shift a little, Space paints";
pub const FINDING: &str = "Finding the subject";
pub const KEEP: &str = "Keep";
pub const BRUSH_SIZE: &str = "Brush size";
pub const GROW: &str = "Grow";
pub const SHRINK: &str = "Shrink";
pub const FEATHER: &str = "Feather";
pub const KEEP_LARGEST: &str = "Keep the largest part";
pub const WHOLE_PHOTO: &str = "Look at the whole photo";
pub const WHOLE_PHOTO_LABEL: &str = "Off: the subject is looked at closely once more";
pub const UNDO: &str = "Undo";
pub const REDO: &str = "Redo";
pub const DONE: &str = "Done";
pub const CUTOUT_CHANGED: &str = "The cut-out has changed";
pub const CUTOUT_KEPT: &str = "The cut-out goes along with the photo. Nothing is sent yet.";
pub const SEND_CUTOUT: &str = "Send my cut-out";
pub const SEND_CUTOUT_HELP: &str =
    "The photo goes without its background, which is not looked for again";
