use crate::paint::Scene;
use crate::paint::canvas::{away, blend, glow, rgb, step, times};
use crate::paint::noise::{lattice, layers, noise};

/// Boards of a table, a dim and warm room behind.
pub fn wood(scene: &mut Scene<'_>) {
    let edge = scene.horizon(0.55);
    let aspect = scene.canvas.aspect();
    let grain = scene.surface(rgb(0xA87850));
    let (seed, room) = (scene.seed(), scene.seed());
    let lamp = aspect * scene.random.between(0.2, 0.8);
    let shift = scene.random.between(0.0, 9.0);

    scene.canvas.paint(&|u, v| {
        let tone = layers(u * 2.2, v * 1.5, 3, room);
        let wall = blend(rgb(0x3A2C24), rgb(0x866A52), tone);
        let warm = glow(away(u - lamp, v - 0.2), 0.34);
        blend(wall, rgb(0xF3CB96), 0.55 * warm)
    });
    scene.canvas.blur(0.06, 0.06);
    for _ in 0..22 {
        let (u, v) = (aspect * scene.random.unit(), edge * scene.random.between(0.08, 0.92));
        let light = blend(rgb(0xFFC98A), rgb(0xFFEBCF), scene.random.unit());
        let radius = scene.random.between(0.014, 0.046);
        scene.canvas.disc(u, v, radius, light, scene.random.between(0.04, 0.24));
    }
    scene.canvas.blur(0.006, 0.006);

    scene.canvas.each(&|u, v, light| {
        if v < edge {
            return;
        }
        let depth = 0.5 / (v - edge + 0.2);
        let (x, z) = ((u - aspect / 2.0) * depth, depth * 2.2);
        // Boards lie across; each has its own tone and its own rings.
        let place = z * 1.35 + shift;
        let board = place.floor();
        let tone = lattice(board as i64, 7, seed);
        let bend = 0.12 * noise(x * 1.2, place * 2.0, seed ^ 1);
        let ring = layers(x * 0.9 + 31.0 * tone, (place + bend) * 9.0, 4, seed ^ 2);
        let pore = layers(x * 5.0 + 57.0 * tone, place * 46.0, 2, seed ^ 3);
        let body = times(grain, (0.58 + 0.3 * tone) * (0.62 + 0.62 * ring) * (0.86 + 0.28 * pore));
        let within = place - board;
        let gap = glow(within.min(1.0 - within), 0.012);
        let body = times(body, 1.0 - 0.6 * gap);
        let sheen = glow(v - edge, 0.12) * (0.12 + 0.4 * glow(u - lamp, 0.4));
        let top = blend(body, rgb(0xFFDDB0), sheen);
        *light = blend(*light, top, step(edge - 0.004, edge + 0.014, v));
    });
    scene.canvas.focus(0.0025, 0.014, &|v| step(edge + 0.36, edge + 0.02, v));
}
