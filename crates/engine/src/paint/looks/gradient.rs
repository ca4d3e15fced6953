use crate::paint::Scene;
use crate::paint::canvas::{Light, blend, rgb, times};

/// A few colours that run into each other.
pub fn gradient(scene: &mut Scene<'_>) {
    const FAMILIES: [[u32; 4]; 5] = [
        [0xF6D5C3, 0xE3A7B4, 0x9D8FC7, 0xF9EBDC],
        [0xBFDDE8, 0x7FA6CF, 0xE9E3F0, 0x5E82B5],
        [0xF5E2B8, 0xE9A880, 0xC87B86, 0xF9F0DD],
        [0xCFE5D3, 0x86B9AE, 0xF2EBD0, 0x4F8C93],
        [0xD9CDE8, 0x97A3D6, 0xF3D9E2, 0x6F74B8],
    ];
    let family = FAMILIES[scene.random.below(FAMILIES.len())].map(|hex| rgb(hex));
    // With a colour named, its own lighter and deeper tones.
    let family: [Light; 4] = match scene.mood.tint {
        Some(tint) => [
            blend(tint, Light::all(1.0), 0.45),
            tint,
            blend(tint, Light::rgb([0.9, 0.95, 1.0]), 0.2),
            times(tint, 0.5),
        ],
        None => family,
    };
    let aspect = scene.canvas.aspect();
    let mut spots: Vec<(f32, f32, Light, f32)> = Vec::new();
    for i in 0..7 {
        let (u, v) = (aspect * scene.random.between(-0.1, 1.1), scene.random.between(-0.1, 1.1));
        spots.push((u, v, family[i % 4], scene.random.between(0.6, 1.3)));
    }
    scene.canvas.paint(&|u, v| {
        let (mut sum, mut total) = (Light::all(0.0), 0.0);
        for (x, y, light, weight) in &spots {
            let near = (u - x) * (u - x) + (v - y) * (v - y) + 0.06;
            let weight = weight / (near * near);
            total += weight;
            sum += *light * weight;
        }
        times(sum, 1.0 / total)
    });
    scene.canvas.blur(0.05, 0.05);
}
