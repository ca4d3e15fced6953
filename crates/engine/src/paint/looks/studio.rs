use crate::paint::Scene;
use crate::paint::canvas::{blend, glow, rgb, step, times};

/// A roll of paper that bends from the wall to the floor, lit from above.
pub fn studio(scene: &mut Scene<'_>) {
    const TINTS: [u32; 6] = [0xE6E5E3, 0xE2DCD3, 0xD6DEE6, 0xD9DFD5, 0xE8DBD6, 0xDAD7E2];
    let own = TINTS[scene.random.below(TINTS.len())];
    let roll = scene.surface(rgb(own));
    let bend = scene.horizon(0.7);
    let aspect = scene.canvas.aspect();
    let (u, v) = (aspect * scene.random.between(0.38, 0.62), scene.random.between(0.26, 0.4));
    scene.canvas.paint(&|x, y| {
        let pool = glow(((x - u) * (x - u) * 0.7 + (y - v) * (y - v)).sqrt(), 0.75);
        let wall = times(roll, 0.5 + 0.62 * pool);
        // The floor faces the lamp: brighter, and brighter still towards the camera.
        let near = step(bend, 1.15, y);
        let across = glow(x - aspect / 2.0, 1.1);
        let floor = times(roll, 0.74 + 0.2 * near + 0.16 * across);
        // Where the roll bends it turns away from every lamp.
        let crease = 1.0 - 0.1 * glow(y - bend, 0.07);
        times(blend(wall, floor, step(bend - 0.09, bend + 0.13, y)), crease)
    });
}
