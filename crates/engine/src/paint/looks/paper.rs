use crate::paint::Scene;
use crate::paint::canvas::{away, glow, rgb, times};
use crate::paint::noise::layers;

/// A sheet of heavy paper with a little tooth, lit from the side.
pub fn paper(scene: &mut Scene<'_>) {
    const SHEETS: [u32; 4] = [0xF0EBE1, 0xE9E2D4, 0xE7E8E6, 0xD9C4A3];
    let own = SHEETS[scene.random.below(SHEETS.len())];
    let sheet = scene.surface(rgb(own));
    let (tooth, cloud) = (scene.seed(), scene.seed());
    let aspect = scene.canvas.aspect();
    let side = if scene.random.unit() < 0.5 { 0.0 } else { aspect };
    let fold = scene.random.between(-0.4, 0.4);
    let at = aspect * scene.random.between(0.3, 0.7);

    scene.canvas.paint(&|u, v| {
        let lamp = glow(away(u - side, v - 0.1), 1.5);
        let fibre = layers(u * 150.0, v * 150.0, 3, tooth) - 0.5;
        let laid = layers(u * 60.0, v * 190.0, 2, tooth ^ 1) - 0.5;
        let mottle = layers(u * 3.0, v * 3.0, 3, cloud) - 0.5;
        // Where the sheet was once rolled: one broad swell of light and shade.
        let off = (u - at - fold * (v - 0.5)) / 0.3;
        let bent = 0.12 * off * glow(off, 1.0) * glow(off, 1.6);
        times(
            sheet,
            (0.62 + 0.52 * lamp) * (1.0 + 0.13 * fibre + 0.07 * laid + 0.05 * mottle + bent),
        )
    });
    scene.canvas.blur(0.0012, 0.0012);
}
