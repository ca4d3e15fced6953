use crate::paint::Scene;
use crate::paint::canvas::{blend, glow, rgb, step, times};
use crate::paint::noise::{layers, noise};

/// A counter of veined stone, a bright room behind it.
pub fn marble(scene: &mut Scene<'_>) {
    let edge = scene.horizon(0.56);
    let aspect = scene.canvas.aspect();
    let stone = scene.surface(rgb(0xECEAE7));
    let dark = stone.three()[1] < 0.2;
    let vein = if dark { rgb(0xC9C2B4) } else { times(stone, 0.42) };
    let (seed, room) = (scene.seed(), scene.seed());
    let bright = aspect * scene.random.between(0.15, 0.85);
    let slope = scene.random.between(-0.7, 0.7);

    scene.canvas.paint(&|u, v| {
        let tone = layers(u * 1.6, v * 1.1, 2, room);
        let wall = blend(rgb(0xA9A298), rgb(0xD3CDC4), tone);
        let opening = step(0.3, 0.16, (u - bright).abs()) * step(edge + 0.02, edge - 0.14, v);
        blend(wall, rgb(0xFFFBF2), 0.85 * opening)
    });
    scene.canvas.blur(0.075, 0.075);
    for _ in 0..9 {
        let (u, v) = (aspect * scene.random.unit(), edge * scene.random.between(0.15, 0.85));
        let radius = scene.random.between(0.025, 0.06);
        scene.canvas.disc(u, v, radius, rgb(0xFFF1DC), scene.random.between(0.03, 0.12));
    }
    scene.canvas.blur(0.008, 0.008);

    scene.canvas.each(&|u, v, light| {
        if v < edge {
            return;
        }
        let depth = 0.42 / (v - edge + 0.16);
        let (x, z) = ((u - aspect / 2.0) * depth, depth * 1.9);
        // Veins run where warped noise crosses its middle.
        let warp = layers(x * 1.1, z * 1.1, 3, seed ^ 1) - 0.5;
        let field = |scale: f32, seed: u64| {
            let along = x * scale + slope * z + 1.7 * warp;
            (2.0 * noise(along, z * scale * 0.7 + 1.3 * warp, seed) - 1.0).abs()
        };
        let bold = glow(field(0.9, seed), 0.05) * noise(x * 0.8, z * 0.8, seed ^ 2);
        let fine = glow(field(2.3, seed ^ 3), 0.035) * 0.4;
        let cloud = layers(x * 1.3 + warp, z * 1.3, 3, seed ^ 4);
        let body = times(stone, if dark { 0.6 + 0.8 * cloud } else { 0.82 + 0.2 * cloud });
        let top = blend(body, vein, (0.62 * bold + 0.5 * fine).min(0.75));
        // Polished: far off, it mirrors the room's light.
        let mirror = 0.5 * glow(v - edge, 0.1) * glow(u - bright, 0.4);
        let top = blend(top, rgb(0xFFFAF0), mirror);
        *light = blend(*light, top, step(edge - 0.004, edge + 0.012, v));
    });
    scene.canvas.focus(0.0035, 0.016, &|v| step(edge + 0.34, edge + 0.02, v));
}
