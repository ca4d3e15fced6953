use crate::paint::Scene;
use crate::paint::canvas::{away, blend, glow, rgb, step, times};
use crate::paint::noise::layers;

/// Sky, sea and sand; the lower the sun, the warmer the words.
pub fn beach(scene: &mut Scene<'_>) {
    let horizon = scene.horizon(0.47);
    let aspect = scene.canvas.aspect();
    let low = step(0.2, 0.8, scene.mood.warmth);
    let sun = (aspect * scene.random.between(0.2, 0.8), horizon - 0.05 - 0.22 * (1.0 - low));
    let (cloud, sand, foam) = (scene.seed(), scene.seed(), scene.seed());
    let top = blend(rgb(0x6FA8D6), rgb(0x5E6C9E), low);
    let middle = blend(rgb(0xC4DDEB), rgb(0xF0A97E), low);
    let bottom = blend(rgb(0xEEF0E8), rgb(0xFFC98C), low);
    let shore = horizon + 0.15;

    scene.canvas.paint(&|u, v| {
        let up = ((horizon - v) / horizon).clamp(0.0, 1.0);
        let sky = blend(blend(bottom, middle, step(0.0, 0.45, up)), top, step(0.25, 1.0, up));
        let band = layers(u * 1.4, v * 5.0, 3, cloud);
        let sky = blend(sky, times(bottom, 1.08), 0.5 * step(0.5, 0.8, band));
        let distance = away(u - sun.0, v - sun.1);
        let sky = blend(sky, rgb(0xFFF4DC), 0.9 * glow(distance, 0.1));
        if v < horizon {
            return sky;
        }
        let deep = step(horizon, shore, v);
        let sea = blend(blend(rgb(0x3E7FA0), rgb(0x6E6A86), low), rgb(0x8FC3C4), 0.7 * deep);
        let swell = layers(u * 3.0, (v - horizon) * 60.0, 3, foam);
        let path = glow(u - sun.0, 0.1 + 0.2 * deep) * (0.35 + 0.5 * low);
        let sea = blend(times(sea, 0.8 + 0.4 * swell), bottom, (path * (0.4 + swell)).min(0.9));
        // The water's edge wanders, with foam along it.
        let line = shore + 0.035 * (layers(u * 2.6, 0.0, 3, foam ^ 1) - 0.5);
        let sea = blend(sea, rgb(0xFAF8F2), 0.8 * glow(v - line, 0.009));
        let near = step(shore, 1.0, v);
        let grain = layers(u * 9.0, v * 26.0, 4, sand);
        let dune = layers(u * 2.0, v * 7.0, 2, sand ^ 1);
        let dry = times(rgb(0xE2CCA6), (0.62 + 0.3 * dune + 0.2 * grain) * (1.02 - 0.2 * near));
        let wet = 0.45 * glow((v - line).max(0.0), 0.04);
        let beach = blend(dry, times(rgb(0xA88F72), 0.9), wet);
        blend(sea, beach, step(line, line + 0.012, v))
    });
    scene.canvas.focus(0.005, 0.024, &|v| step(1.0, shore - 0.02, v));
    for _ in 0..46 {
        let spread = scene.random.between(-1.0, 1.0);
        let deep = scene.random.unit();
        let u = sun.0 + spread * spread * spread * (0.25 + 0.5 * deep);
        let v = horizon + 0.012 + (shore - horizon - 0.03) * deep;
        let radius = scene.random.between(0.004, 0.009 + 0.011 * deep);
        scene.canvas.disc(u, v, radius, rgb(0xFFF0D2), scene.random.between(0.05, 0.3));
    }
    scene.canvas.blur(0.003, 0.003);
}
