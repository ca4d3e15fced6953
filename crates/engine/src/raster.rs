//! Pixels in memory.

/// Width and height in pixels; both at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: usize,
    pub height: usize,
}

impl Size {
    /// How many pixels.
    pub fn area(self) -> usize {
        self.width * self.height
    }

    /// The size with the same aspect whose longer side is at most `longest`; never larger than this one.
    pub fn within(self, longest: usize) -> Self {
        let long = self.width.max(self.height);
        if long <= longest {
            return self;
        }
        let side = |side: usize| ((side * longest + long / 2) / long).max(1);
        Self { width: side(self.width), height: side(self.height) }
    }
}

/// A decoded photo.
#[derive(Debug, Clone)]
pub struct Photo {
    pub size: Size,
    /// Red, green, blue of each pixel, row by row, as the file encodes them.
    pub colour: Vec<u8>,
    /// The photo's own alpha, 255 opaque; none if the file has none.
    pub alpha: Option<Vec<u8>>,
    /// The ICC profile that the colours are in; none means sRGB.
    pub profile: Option<Vec<u8>>,
}

/// One number a pixel, 0 to 1.
#[derive(Debug, Clone)]
pub struct Map {
    pub size: Size,
    pub values: Vec<f32>,
}
