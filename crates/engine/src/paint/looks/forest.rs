use crate::paint::Scene;
use crate::paint::canvas::{away, blend, glow, rgb, step, times};
use crate::paint::noise::{layers, noise};

/// Leaves with the sun behind them, trunks, a mossy ground.
pub fn forest(scene: &mut Scene<'_>) {
    let ground = scene.horizon(0.66);
    let aspect = scene.canvas.aspect();
    let (leaves, moss) = (scene.seed(), scene.seed());
    let sun = (aspect * scene.random.between(0.2, 0.8), scene.random.between(0.12, 0.3));
    let autumn = step(0.45, 0.9, scene.mood.warmth);
    let leaf = blend(rgb(0x5E8A45), rgb(0xB88238), autumn);
    let shade = blend(rgb(0x233B22), rgb(0x45301B), autumn);
    let glowing = blend(rgb(0xE4EDA8), rgb(0xFFDF9A), autumn);

    scene.canvas.paint(&|u, v| {
        let mass = layers(u * 3.2, v * 3.2, 4, leaves);
        let wood = blend(shade, leaf, step(0.3, 0.7, mass));
        let distance = away(u - sun.0, v - sun.1);
        let gaps = step(0.44, 0.7, layers(u * 4.5, v * 4.5, 3, leaves ^ 5));
        let open = (0.25 + 0.75 * gaps) * glow(distance, 0.36);
        let haze = 0.35 * glow(v - ground, 0.16);
        blend(blend(wood, glowing, 0.85 * open), blend(leaf, glowing, 0.55), haze)
    });
    let mut trunks: Vec<[f32; 4]> = Vec::new();
    let count = 4 + (aspect * 5.0) as usize;
    for i in 0..count {
        let even = (i as f32 + scene.random.between(0.1, 0.9)) / count as f32;
        let wide = scene.random.between(0.007, 0.034);
        let lean = scene.random.between(-0.06, 0.06);
        trunks.push([aspect * even, wide, lean, scene.random.between(0.35, 0.85)]);
    }
    scene.canvas.each(&|u, v, light| {
        if v > ground + 0.03 {
            return;
        }
        for [at, wide, lean, strength] in &trunks {
            let off = (u - at - lean * (v - ground)) / wide;
            let bark = rgb(0x3A3022);
            // The side towards the sun is lit.
            let lit = times(bark, 1.0 + 1.6 * step(-1.0, 1.0, off * (sun.0 - at).signum()));
            *light = blend(*light, lit, strength * step(1.25, 0.75, off.abs()));
        }
    });
    scene.canvas.blur(0.02, 0.02);
    for _ in 0..130 {
        let (u, v) = (aspect * scene.random.unit(), ground * scene.random.unit().sqrt().min(0.97));
        let v = if scene.random.unit() < 0.6 { v * 0.75 } else { v };
        let distance = away(u - sun.0, v - sun.1);
        let light = blend(glowing, leaf, scene.random.between(0.0, 0.6));
        let strength = scene.random.between(0.06, 0.34) * (0.3 + glow(distance, 0.4));
        let radius = scene.random.between(0.012, 0.042);
        scene.canvas.disc(u, v, radius, light, strength);
    }
    scene.canvas.blur(0.0035, 0.0035);

    scene.canvas.each(&|u, v, light| {
        let line = ground + 0.02 * (noise(u * 3.0, 0.0, moss) - 0.5);
        let depth = 0.4 / (v - line + 0.14).max(0.05);
        let (x, z) = ((u - aspect / 2.0) * depth, depth * 2.0);
        let tuft = layers(x * 9.0, z * 5.0, 4, moss);
        let patch = step(0.4, 0.72, layers(x * 1.3, z * 1.6, 2, moss ^ 1));
        let earth = blend(times(shade, 1.1), blend(leaf, rgb(0x8E8350), 0.35), tuft);
        let lit = blend(earth, times(glowing, 0.8), 0.5 * patch * glow(u - sun.0, 0.55));
        *light = blend(*light, lit, step(line - 0.02, line + 0.045, v));
    });
    scene.canvas.focus(0.005, 0.02, &|v| step(1.0, ground, v));
}
