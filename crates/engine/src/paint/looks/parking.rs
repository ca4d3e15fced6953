use crate::paint::Scene;
use crate::paint::canvas::{Light, away, blend, glow, rgb, step, times};
use crate::paint::noise::{layers, noise};

/// An empty parking lot late in the afternoon: marked bays, a hedge of trees, low buildings.
pub fn parking(scene: &mut Scene<'_>) {
    let horizon = scene.horizon(0.45);
    let aspect = scene.canvas.aspect();
    let (sky, trees, ground) = (scene.seed(), scene.seed(), scene.seed());
    let sun = aspect * scene.random.between(0.1, 0.9);
    // The turn of the bays by a rational circle: a sine would differ between machines.
    let half = scene.random.between(-0.2, 0.2);
    let (cos, sin) = ((1.0 - half * half) / (1.0 + half * half), 2.0 * half / (1.0 + half * half));
    let (bay, row) = (scene.random.between(0.0, 2.6), scene.random.between(-0.6, 0.6));

    const WALLS: [u32; 5] = [0xB9A892, 0x9B9FA3, 0xC7BFB2, 0x8F7F73, 0xAEB3B5];
    let mut houses: Vec<(f32, f32, f32, Light)> = Vec::new();
    let mut at = -0.1;
    while at < aspect + 0.1 {
        let wide = scene.random.between(0.16, 0.46);
        let high = scene.random.between(0.04, 0.15);
        let wall = WALLS[scene.random.below(WALLS.len())];
        houses.push((at, at + wide, horizon - high, rgb(wall)));
        at += wide + scene.random.between(0.0, 0.14);
    }

    scene.canvas.paint(&|u, v| {
        let up = ((horizon - v) / horizon).clamp(0.0, 1.0);
        let cloud = step(0.42, 0.75, layers(u * 1.3, v * 3.0, 3, sky));
        let air = blend(rgb(0xF6E3C6), rgb(0x9DB9D2), step(0.0, 0.9, up));
        let air = blend(air, rgb(0xFBF3E8), 0.55 * cloud);
        let distance = away(u - sun, v - horizon + 0.1);
        let mut light = blend(air, rgb(0xFFEBC4), 0.8 * glow(distance, 0.16));
        for (left, right, top, wall) in &houses {
            if u > *left && u < *right && v > *top {
                // A band of windows; the side towards the sun is brighter.
                let floor = ((v - top) * 26.0).fract();
                let panes = if floor > 0.45 && ((u * 34.0).fract() > 0.3) { 0.72 } else { 1.0 };
                light = times(*wall, panes * (0.75 + 0.4 * glow(u - sun, 0.5)));
            }
        }
        let crown = 0.025 + 0.085 * layers(u * 5.0, 0.0, 4, trees);
        let leaf = blend(rgb(0x2F3E2B), rgb(0x758150), noise(u * 26.0, v * 26.0, trees));
        let hedge = step(horizon - crown - 0.004, horizon - crown + 0.008, v);
        let thin = step(0.25, 0.55, noise(u * 2.3, 3.0, trees ^ 1));
        blend(light, blend(leaf, rgb(0xF3D9A4), 0.3 * glow(u - sun, 0.35)), hedge * thin)
    });
    scene.canvas.blur(0.017, 0.017);
    for _ in 0..16 {
        let u = aspect * scene.random.unit();
        let v = horizon - scene.random.between(0.0, 0.17);
        let radius = scene.random.between(0.008, 0.022);
        let light = blend(rgb(0xFFE2B0), rgb(0xFFF6E6), scene.random.unit());
        scene.canvas.disc(u, v, radius, light, scene.random.between(0.04, 0.26));
    }
    scene.canvas.blur(0.003, 0.003);

    let from_top = scene.canvas.clone();
    let size = scene.canvas.size;
    scene.canvas.each(&|u, v, light| {
        if v < horizon - 0.01 {
            return;
        }
        // A camera 1.6 m above the ground; metres to the side and ahead.
        let ahead = 1.6 / (v - horizon + 0.012).max(0.02);
        let side = (u - aspect / 2.0) * ahead;
        let (x, z) = (side * cos - ahead * sin + bay, side * sin + ahead * cos + row);
        let far = step(3.0, 30.0, ahead);
        let stain = layers(x * 0.55, z * 0.55, 4, ground);
        let grit = layers(x * 16.0, z * 16.0, 3, ground ^ 1) - 0.5;
        let grey = blend(rgb(0x5D5C5E), rgb(0xA39C92), 0.25 + 0.6 * far);
        let mut asphalt = times(grey, 0.74 + 0.42 * stain + 0.5 * grit * (1.0 - far));
        // Cracks and mended seams, faint.
        let seam = (2.0 * noise(x * 0.4 + 0.4 * stain, z * 0.4, ground ^ 2) - 1.0).abs();
        asphalt = times(asphalt, 1.0 - 0.22 * glow(seam, 0.012));
        let worn = 0.45 + 0.55 * step(0.3, 0.62, layers(x * 2.6, z * 2.6, 3, ground ^ 3));
        let across = ((x / 2.6).fract() + 1.0).fract() * 2.6;
        let stripe = step(0.085, 0.05, (across - 1.3).abs());
        let bays = [(3.6, 8.4), (14.5, 19.5), (24.5, 29.5)];
        let inside = bays.iter().any(|(near, end)| z > *near && z < *end);
        let end = bays.iter().map(|(_, end)| step(0.09, 0.05, (z - end).abs())).fold(0.0, f32::max);
        let marked = if inside { stripe.max(end) } else { end };
        asphalt = blend(asphalt, rgb(0xECE6DA), 0.78 * worn * marked);
        // The low sun lies along the ground.
        let sheen = 0.42 * glow(u - sun, 0.28 + 0.5 * (v - horizon)) * glow(v - horizon, 0.22);
        asphalt = blend(asphalt, rgb(0xFFE3B4), sheen);
        *light = blend(*light, asphalt, step(horizon - 0.008, horizon + 0.012, v));
    });
    scene.canvas.focus(0.0032, 0.012, &|v| step(horizon + 0.4, horizon + 0.03, v));
    // What lies far behind keeps the stronger blur that it was painted with.
    for (y, (row, far)) in scene
        .canvas
        .light
        .chunks_exact_mut(size.width)
        .zip(from_top.light.chunks_exact(size.width))
        .enumerate()
    {
        let v = (y as f32 + 0.5) / size.height as f32;
        let share = step(horizon - 0.01, horizon - 0.05, v);
        for (light, far) in row.iter_mut().zip(far) {
            *light = blend(*light, *far, share);
        }
    }
}
