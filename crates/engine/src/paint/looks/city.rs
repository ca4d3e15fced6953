use crate::paint::Scene;
use crate::paint::canvas::{blend, glow, rgb, step, times};
use crate::paint::noise::layers;

/// A street at night: lights far out of focus, and a wet road that mirrors them.
pub fn city(scene: &mut Scene<'_>) {
    let horizon = scene.horizon(0.64);
    let aspect = scene.canvas.aspect();
    let (haze, road) = (scene.seed(), scene.seed());
    let street = aspect * scene.random.between(0.3, 0.7);
    const LIGHTS: [u32; 8] =
        [0xFFB565, 0xFFC98A, 0xFFE9C9, 0xFFA24E, 0xFF5A46, 0x5CC8E8, 0xC879E0, 0xFFD9A0];

    scene.canvas.paint(&|u, v| {
        let up = ((horizon - v) / horizon).clamp(0.0, 1.0);
        let sky = blend(rgb(0x3A3448), rgb(0x0D1426), step(0.0, 0.75, up));
        let tower = layers(u * 5.0, 0.5, 2, haze);
        let dark = step(tower * 0.9, tower * 0.9 - 0.1, up);
        let glowing = glow(v - horizon, 0.13) * glow(u - street, 0.5);
        let wall = blend(sky, rgb(0x171A28), 0.75 * dark);
        blend(wall, rgb(0xD98E58), 0.42 * glowing)
    });
    scene.canvas.blur(0.03, 0.03);
    for i in 0..150 {
        let deep = scene.random.unit();
        let spread = scene.random.between(-1.0, 1.0);
        let u = street + spread * (0.25 + 0.95 * deep) * aspect.max(0.8);
        let v = horizon - 0.015 - (horizon - 0.05) * scene.random.unit() * (0.2 + 0.75 * deep);
        let light = rgb(LIGHTS[scene.random.below(LIGHTS.len())]);
        let radius = 0.008 + 0.034 * deep * scene.random.between(0.5, 1.0);
        // A few are bright, many are faint.
        let strength = scene.random.unit();
        let strength =
            0.05 + 0.5 * strength * strength * strength + if i % 19 == 0 { 0.25 } else { 0.0 };
        scene.canvas.disc(u, v, radius, light, strength);
    }
    scene.canvas.blur(0.0025, 0.0025);

    // The road mirrors the lights, drawn out towards the camera.
    let mut mirror = scene.canvas.clone();
    mirror.blur(0.012, 0.075);
    let (size, unit) = (scene.canvas.size, scene.canvas.size.height as f32);
    scene.canvas.each(&|u, v, light| {
        if v < horizon - 0.01 {
            return;
        }
        let below = v - horizon;
        let ripple = layers(u * 16.0, below * 90.0 / (0.25 + 2.0 * below), 3, road) - 0.5;
        let x = ((u + 0.03 * ripple) * unit).max(0.0) as usize;
        let y = ((horizon - 0.02 - below * 1.15) * unit).max(0.0) as usize;
        let at = y.min(size.height - 1) * size.width + x.min(size.width - 1);
        let rough = layers(u * 40.0, v * 70.0, 2, road ^ 1);
        let asphalt = times(rgb(0x23252E), 0.7 + 0.6 * rough);
        let shine = (0.85 + 0.9 * ripple).max(0.1);
        let seen = asphalt + mirror.light[at] * (0.62 * shine);
        *light = blend(*light, seen, step(horizon - 0.01, horizon + 0.015, v));
    });
    scene.canvas.focus(0.003, 0.01, &|v| {
        step(horizon + 0.3, horizon, v) * step(horizon - 0.05, horizon, v)
    });
}
