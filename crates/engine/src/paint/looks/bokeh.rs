use crate::paint::Scene;
use crate::paint::canvas::{Light, away, blend, glow, rgb, times};

/// Lights far out of focus, before a soft dusk.
pub fn bokeh(scene: &mut Scene<'_>) {
    const FAMILIES: [[u32; 4]; 4] = [
        [0x2A2138, 0xFFD9A0, 0xFFB066, 0xFFF1D6],
        [0x14283A, 0xBFE3FF, 0x7FC4F0, 0xFFE9C4],
        [0x3A1E2A, 0xFFC2CF, 0xFF93A6, 0xFFE6C8],
        [0x1C2F26, 0xFFE7A8, 0xB8E6B0, 0xFFF6DC],
    ];
    let family = FAMILIES[scene.random.below(FAMILIES.len())].map(|hex| rgb(hex));
    let [dusk, lamps @ ..] = family;
    // A colour that is named is the dusk's; the lamps take a little of it.
    let dusk = scene.mood.tint.map_or(dusk, |tint| times(tint, 0.3));
    let lamps: [Light; 3] = match scene.mood.tint {
        Some(tint) => lamps.map(|lamp| blend(lamp, tint, 0.35)),
        None => lamps,
    };
    let aspect = scene.canvas.aspect();
    let (u, v) = (aspect * scene.random.between(0.2, 0.8), scene.random.between(0.2, 0.7));
    scene.canvas.paint(&|x, y| {
        let near = glow(away(x - u, y - v), 0.6);
        blend(times(dusk, 0.6), times(blend(dusk, lamps[0], 0.25), 1.5), near)
    });
    // Far lamps first, soft and many; then near ones, large and few.
    for (count, least, most, strength) in
        [(46, 0.012, 0.035, 0.30), (26, 0.035, 0.075, 0.24), (9, 0.08, 0.14, 0.16)]
    {
        for _ in 0..(count as f32 * aspect.clamp(0.6, 2.0)) as usize {
            let lamp = lamps[scene.random.below(lamps.len())];
            let (u, v) = (
                aspect * scene.random.between(-0.05, 1.05),
                // More of them about the middle, where a street or a room would hang them.
                0.5 * (scene.random.between(-0.1, 1.1) + scene.random.between(0.1, 0.9)),
            );
            let radius = scene.random.between(least, most);
            let strength = strength * scene.random.between(0.35, 1.0);
            scene.canvas.disc(u, v, radius, lamp, strength);
        }
        scene.canvas.blur(0.004, 0.004);
    }
}
