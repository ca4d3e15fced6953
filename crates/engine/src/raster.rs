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

    /// The size of at most `most` pixels with the same aspect; never larger than this one.
    pub fn of_at_most(self, most: usize) -> Self {
        if self.area() <= most {
            return self;
        }
        let factor = (most as f64 / self.area() as f64).sqrt();
        let side = |side: usize| ((side as f64 * factor) as usize).max(1);
        // A photo one pixel wide or high is still too long after this: its other side is cut.
        let width = side(self.width).min(most);
        Self { width, height: side(self.height).min(most / width) }
    }
}

/// One number a pixel, 0 to 1.
#[derive(Debug, Clone)]
pub struct Map {
    pub size: Size,
    pub values: Vec<f32>,
}

/// Lays a pixel with alpha over white, as most programs show it.
#[inline(always)]
pub fn flat([r, g, b, a]: [u8; 4]) -> [u8; 3] {
    match a {
        255 => [r, g, b],
        _ => [r, g, b].map(|value| mix(255, value, a)),
    }
}

/// From `back` to `front` by an alpha of 0 to 255, rounded.
#[inline(always)]
pub fn mix(back: u8, front: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(front) * alpha + u32::from(back) * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bounded_size_is_never_nothing(
            width in 1_usize..64_000_000,
            height in 1_usize..64_000_000,
        ) {
            const MOST: usize = 1 << 20;
            for size in [Size { width, height }, Size { width, height: 1 }, Size { width: 1, height }] {
                let made = size.of_at_most(MOST);
                prop_assert!(made.width >= 1 && made.height >= 1, "{made:?}");
                prop_assert!(made.area() <= MOST, "{made:?}");
                prop_assert!(made.width <= size.width && made.height <= size.height, "{made:?}");
            }
        }

        #[test]
        fn mixing_stays_between(back: u8, front: u8, alpha: u8) {
            let mixed = mix(back, front, alpha);
            prop_assert!(mixed >= back.min(front) && mixed <= back.max(front));
            prop_assert_eq!((mix(back, front, 0), mix(back, front, 255)), (back, front));
        }
    }

    #[test]
    fn the_aspect_is_kept() {
        let made = Size { width: 4000, height: 3000 }.of_at_most(1 << 20);
        assert_eq!((made.width, made.height), (1182, 886));
    }
}
