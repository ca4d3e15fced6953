use crate::paint::Scene;
use crate::paint::canvas::{Light, blend, glow, rgb, step, times};
use crate::paint::noise::layers;

/// Morning light through a window, on a wall and a table's edge, with the shadow of leaves.
pub fn window(scene: &mut Scene<'_>) {
    let edge = scene.horizon(0.7);
    let aspect = scene.canvas.aspect();
    let wall = scene.surface(rgb(0xD9CFC1));
    let (leaf, plaster, board) = (scene.seed(), scene.seed(), scene.seed());
    let (left, slant) =
        (aspect * scene.random.between(0.12, 0.4), scene.random.between(-0.35, 0.35));

    scene.canvas.paint(&|u, v| {
        let rough = layers(u * 4.0, v * 4.0, 4, plaster) - 0.5;
        let shade = times(wall, (0.5 + 0.16 * glow(u - left - 0.3, 0.8)) * (1.0 + 0.08 * rough));
        // Two by three panes, thrown askew.
        let (x, y) = ((u - left - slant * (v - 0.3)) / 0.25, (v + 0.1 - 0.18 * (u - left)) / 0.24);
        let inside = |t: f32, count: f32| {
            let bar = (t.fract() - 0.5).abs();
            step(-0.04, 0.03, t) * step(count + 0.04, count - 0.03, t) * step(0.475, 0.44, bar)
        };
        let panes = inside(x.max(0.0), 2.0) * inside(y.max(0.0), 3.0) * step(-0.05, 0.0, x);
        let leaves = step(0.46, 0.62, layers(u * 5.0 + v * 2.0, v * 4.0 - u * 2.0, 3, leaf));
        let sun = panes * (1.0 - 0.62 * leaves);
        let lit = wall * Light::rgb([1.16, 1.06, 0.9]);
        blend(shade, lit, sun)
    });
    scene.canvas.blur(0.014, 0.014);
    let above = scene.canvas.clone();
    let (size, unit) = (scene.canvas.size, scene.canvas.size.height as f32);
    scene.canvas.each(&|u, v, light| {
        if v < edge - 0.01 {
            return;
        }
        let depth = 0.5 / (v - edge + 0.2);
        let (x, z) = ((u - aspect / 2.0) * depth, depth * 2.0);
        let grain = layers(x * 1.2, z * 12.0, 4, board);
        let pore = layers(x * 6.0, z * 60.0, 2, board ^ 1);
        let oak = times(rgb(0xC9A57C), (0.55 + 0.4 * grain) * (0.9 + 0.2 * pore));
        // The same light falls on the table, softer.
        let y = (((2.0 * edge - v) * unit).max(0.0) as usize).min(size.height - 1);
        let seen = above.light[y * size.width + ((u * unit) as usize).min(size.width - 1)];
        let bright = (seen.three()[1] / wall.three()[1].max(0.05)).min(1.3);
        let top = times(oak, 0.5 + 0.55 * bright);
        *light = blend(*light, top, step(edge - 0.006, edge + 0.012, v));
    });
    scene.canvas.focus(0.004, 0.012, &|v| step(edge + 0.3, edge, v));
}
