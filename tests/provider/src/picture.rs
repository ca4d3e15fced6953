//! Pictures made by code: small, quick, and different enough to tell apart.

/// A PNG of one colour with a darker disc in the middle, so that it has a subject and a background.
pub fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let radius = f64::from(width.min(height)) / 3.0;
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let dx = f64::from(x) - f64::from(width) / 2.0;
            let dy = f64::from(y) - f64::from(height) / 2.0;
            let inside = dx.hypot(dy) < radius;
            pixels.extend(colour.map(|part| if inside { part / 3 } else { part }));
        }
    }
    encoded(width, height, &pixels)
}

fn encoded(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a PNG's header");
    writer.write_image_data(pixels).expect("a PNG's pixels");
    writer.finish().expect("a PNG's end");
    file
}

/// A PNG that cannot be packed: three bytes a pixel and a little more.
pub fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let mut byte = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    let pixels: Vec<u8> = (0..width * height * 3).map(|_| byte()).collect();
    encoded(width, height, &pixels)
}
