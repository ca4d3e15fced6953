//! Another size, by the cubic filters of Mitchell and Netravali ("Reconstruction filters in computer
//! graphics", 1988). They are polynomials: the same numbers on every machine.

use crate::light::Light;
use crate::raster::Size;
use backdrop_network::parallel;

/// How a pixel's worth spreads.
#[derive(Debug, Clone, Copy)]
pub enum Filter {
    /// Catmull and Rom's: for photographs.
    Sharp,
    /// Mitchell and Netravali's: hardly rings; for masks.
    Smooth,
    /// The B-spline: no grid shows however large; for what is out of focus.
    Soft,
}

impl Filter {
    /// The weight at a distance in pixels; nothing from two on.
    fn weight(self, distance: f32) -> f32 {
        let (b, c) = match self {
            Self::Sharp => (0.0, 0.5),
            Self::Smooth => (1.0 / 3.0, 1.0 / 3.0),
            Self::Soft => (1.0, 0.0),
        };
        let x = distance.abs();
        let sixths = if x < 1.0 {
            ((12.0 - 9.0 * b - 6.0 * c) * x + (-18.0 + 12.0 * b + 6.0 * c)) * x * x
                + (6.0 - 2.0 * b)
        } else if x < 2.0 {
            (((-b - 6.0 * c) * x + (6.0 * b + 30.0 * c)) * x + (-12.0 * b - 48.0 * c)) * x
                + (8.0 * b + 24.0 * c)
        } else {
            0.0
        };
        sixths / 6.0
    }

    /// For each place of a row of `to`: where its part of the row of `from` starts, and the weights.
    fn taps(self, from: usize, to: usize) -> Taps {
        let step = from as f32 / to as f32;
        // When shrinking, the filter spans as many old pixels as one new pixel covers.
        let span = step.max(1.0);
        let mut taps = Taps { places: Vec::with_capacity(to), weights: Vec::new() };
        for place in 0..to {
            let centre = (place as f32 + 0.5) * step - 0.5;
            let first = (centre - 2.0 * span).ceil().max(0.0) as usize;
            let last = ((centre + 2.0 * span).floor().max(0.0) as usize).min(from - 1);
            let first = first.min(last);
            let start = taps.weights.len();
            let mut sum = 0.0;
            for at in first..last + 1 {
                let weight = self.weight((at as f32 - centre) / span);
                sum += weight;
                taps.weights.push(weight);
            }
            for weight in &mut taps.weights[start..] {
                *weight /= sum;
            }
            taps.places.push((first, start));
        }
        taps
    }
}

/// For each place of a new row: which part of the old row it is made from, and how.
#[derive(Debug)]
struct Taps {
    /// Where the part starts, and where its weights start.
    places: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl Taps {
    #[inline(always)]
    fn at(&self, place: usize) -> (usize, &[f32]) {
        let (first, start) = self.places[place];
        let end = self.places.get(place + 1).map_or(self.weights.len(), |(_, start)| *start);
        (first, &self.weights[start..end])
    }
}

/// Makes any row of a picture at another size, when it is wanted.
#[derive(Debug)]
pub struct Scaler {
    from: Size,
    to: Size,
    down: Taps,
    across: Taps,
}

impl Scaler {
    pub fn new(from: Size, to: Size, filter: Filter) -> Self {
        let (down, across) =
            (filter.taps(from.height, to.height), filter.taps(from.width, to.width));
        Self { from, to, down, across }
    }

    /// Row `y` of the new size, still as wide as the old one. Down first: that is whole rows at once.
    /// `read` makes numbers of a pixel.
    #[inline(always)]
    pub fn column<T: Copy>(
        &self,
        pixels: &[T],
        y: usize,
        column: &mut Vec<Light>,
        read: impl Fn(T) -> Light,
    ) {
        column.clear();
        column.resize(self.from.width, Light::all(0.0));
        let (first, weights) = self.down.at(y);
        let rows = pixels[first * self.from.width..].chunks_exact(self.from.width);
        for (weight, row) in weights.iter().zip(rows) {
            for (sum, &pixel) in column.iter_mut().zip(row) {
                *sum += read(pixel) * *weight;
            }
        }
    }

    /// Pixel `x` of the row that [`Scaler::column`] made.
    #[inline(always)]
    pub fn pixel(&self, column: &[Light], x: usize) -> Light {
        let (first, weights) = self.across.at(x);
        let mut sums = Light::all(0.0);
        for (weight, pixel) in weights.iter().zip(&column[first..]) {
            sums += *pixel * *weight;
        }
        sums
    }

    /// Which pixels of the column pixel `x` is made from.
    #[inline(always)]
    pub fn part(&self, x: usize) -> std::ops::Range<usize> {
        let (first, weights) = self.across.at(x);
        first..first + weights.len()
    }

    /// The whole new picture. One function for all kinds of pixels: each more would be a kilobyte.
    pub fn all(&self, pixels: &[Light]) -> Vec<Light> {
        let mut result = vec![Light::all(0.0); self.to.area()];
        parallel::pieces(&mut result, self.to.width, |y, row, column: &mut Vec<Light>| {
            self.column(pixels, y, column, |light| light);
            for (x, to) in row.iter_mut().enumerate() {
                *to = self.pixel(column, x);
            }
        });
        result
    }
}

/// Scales smoothly; the same pixels if the size is the same.
pub fn scale(from: Vec<Light>, size: Size, to: Size) -> Vec<Light> {
    match size == to {
        true => from,
        false => Scaler::new(size, to, Filter::Smooth).all(&from),
    }
}

/// Scales a picture of one number a pixel.
pub fn scale_map(values: &[f32], size: Size, to: Size) -> Vec<f32> {
    scale(lights(values), size, to).iter().map(|light| light.first()).collect()
}

/// One number a pixel as four that are the same.
#[inline(never)]
pub fn lights(values: &[f32]) -> Vec<Light> {
    values.iter().map(|&value| Light::all(value)).collect()
}

/// Scales red, green, blue and alpha down: the colours of a pixel count by its alpha, so that what is
/// not seen tints nothing.
pub fn shrink(from: &[[u8; 4]], size: Size, to: Size) -> Vec<[u8; 4]> {
    let mut shrinker = Shrinker::new(size, to);
    for row in from.chunks_exact(size.width) {
        shrinker.row(row);
    }
    shrinker.finish()
}

/// A picture that is made smaller while its rows arrive, so that it is never whole in memory: what
/// [`shrink`] makes of it, bit for bit.
#[derive(Debug)]
pub struct Shrinker {
    scaler: Scaler,
    /// The next row to arrive.
    next: usize,
    /// New rows that are begun, the first of them number `begun - open.len()`.
    open: Vec<Vec<Light>>,
    begun: usize,
    /// The row that arrives, each colour times alpha.
    weighed: Vec<Light>,
    result: Vec<[u8; 4]>,
}

impl Shrinker {
    /// `to` is not larger than `from`.
    pub fn new(from: Size, to: Size) -> Self {
        Self {
            scaler: Scaler::new(from, to, Filter::Sharp),
            next: 0,
            open: Vec::new(),
            begun: 0,
            weighed: Vec::new(),
            result: Vec::with_capacity(to.area()),
        }
    }

    /// The next row.
    pub fn row(&mut self, row: &[[u8; 4]]) {
        let scaler = &self.scaler;
        if scaler.from == scaler.to {
            self.result.extend_from_slice(row);
            return;
        }
        self.weighed.clear();
        self.weighed.extend(row.iter().map(|&pixel| weigh(pixel)));
        while self.begun < scaler.to.height && scaler.down.at(self.begun).0 <= self.next {
            self.open.push(vec![Light::all(0.0); scaler.from.width]);
            self.begun += 1;
        }
        let first = self.begun - self.open.len();
        for (place, sums) in (first..).zip(&mut self.open) {
            let (start, weights) = scaler.down.at(place);
            if let Some(weight) = weights.get(self.next - start) {
                for (sum, pixel) in sums.iter_mut().zip(&self.weighed) {
                    *sum += *pixel * *weight;
                }
            }
        }
        self.next += 1;
        for place in first..self.begun {
            let (start, weights) = scaler.down.at(place);
            if start + weights.len() > self.next {
                break;
            }
            let sums = self.open.remove(0);
            for x in 0..scaler.to.width {
                self.result.push(unweigh(scaler.pixel(&sums, x)));
            }
        }
    }

    /// The smaller picture. Rows that never came are clear.
    pub fn finish(mut self) -> Vec<[u8; 4]> {
        self.result.resize(self.scaler.to.area(), [0; 4]);
        self.result
    }
}

/// The colours times alpha.
#[inline(always)]
fn weigh([r, g, b, a]: [u8; 4]) -> Light {
    let alpha = f32::from(a);
    let share = alpha * (1.0 / 255.0);
    let [r, g, b] = (Light::of_bytes([r, g, b]) * share).three();
    Light::of([r, g, b, alpha])
}

/// The colours by themselves again.
#[inline(always)]
fn unweigh(sums: Light) -> [u8; 4] {
    let alpha = byte(sums.last());
    if alpha == 0 {
        return [0; 4];
    }
    let [r, g, b] = (sums * (255.0 / sums.last())).rgb_bytes();
    [r, g, b, alpha]
}

/// Rounds to a byte; what lies outside is cut.
#[inline(always)]
pub fn byte(value: f32) -> u8 {
    (value + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILTERS: [Filter; 3] = [Filter::Sharp, Filter::Smooth, Filter::Soft];

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat(w in 1..40_usize, h in 1..40_usize, tw in 1..40_usize, th in 1..40_usize, value: u8) {
            let (size, to) = (Size { width: w, height: h }, Size { width: tw, height: th });
            for filter in FILTERS {
                let flat = vec![Light::of_bytes([value; 3]); size.area()];
                let scaled = Scaler::new(size, to, filter).all(&flat);
                prop_assert_eq!(scaled.len(), to.area());
                prop_assert!(scaled.iter().all(|light| light.rgb_bytes() == [value; 3]));
            }
        }

        #[test]
        fn shrinking_keeps_the_mean(seed: u64) {
            let mut random = crate::random::Random::new(seed);
            let size = Size { width: 64, height: 48 };
            let from: Vec<_> = (0..size.area()).map(|_| Light::of_bytes([64 + (random.bits() % 128) as u8; 3])).collect();
            let scaled = Scaler::new(size, Size { width: 16, height: 12 }, Filter::Sharp).all(&from);
            let mean = |v: &[Light]| v.iter().map(|light| light.first()).sum::<f32>() / v.len() as f32;
            prop_assert!((mean(&from) - mean(&scaled)).abs() < 3.0);
        }

        #[test]
        fn row_by_row_is_bit_for_bit_the_same(w in 1..50_usize, h in 1..50_usize, longest in 1..50_usize, seed: u64, clear: bool) {
            let mut random = crate::random::Random::new(seed);
            let size = Size { width: w, height: h };
            let to = size.within(longest);
            let pixel = |bits: u64| {
                let [r, g, b, a, ..] = bits.to_le_bytes();
                [r, g, b, if clear { a } else { 255 }]
            };
            let from: Vec<_> = (0..size.area()).map(|_| pixel(random.bits())).collect();
            let mut shrinker = Shrinker::new(size, to);
            from.chunks_exact(w).for_each(|row| shrinker.row(row));
            let weighed: Vec<Light> = from.iter().copied().map(weigh).collect();
            let at_once = Scaler::new(size, to, Filter::Sharp).all(&weighed);
            let at_once: Vec<_> = at_once.into_iter().map(unweigh).collect();
            prop_assert_eq!(shrinker.finish(), if size == to { from } else { at_once });
        }
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let size = Size { width: 3, height: 2 };
        let six = [1, 2, 3, 4, 5, 6].map(|value| Light::of_bytes([value; 3]));
        assert_eq!(scale(six.to_vec(), size, size), six);
    }

    #[test]
    fn opaque_colours_are_exact_when_weighed() {
        for value in 0..=255 {
            assert_eq!(weigh([value, 0, 7, 255]).four(), [f32::from(value), 0.0, 7.0, 255.0]);
        }
    }

    #[test]
    fn sizes_within() {
        let size = |width, height| Size { width, height };
        assert_eq!(size(4000, 3000).within(1000), size(1000, 750));
        assert_eq!(size(600, 400).within(1000), size(600, 400));
        assert_eq!(size(60_000, 1).within(1000), size(1000, 1));
    }
}
