use super::*;

const SEEN: &[u8] = include_bytes!("../../engine/weights/u2netp.bin");

fn fill(desk: &mut Desk, bytes: &[u8]) {
    desk.room = bytes.to_vec();
}

fn pixels() -> Vec<u8> {
    let photo = image::load_from_memory(include_bytes!("../../engine/tests/data/astronaut.png"));
    photo.unwrap().into_rgba8().into_raw()
}

#[test]
fn out_of_order_is_said() {
    let desk = &mut *desk();
    let steps: [extern "C" fn(&mut Desk) -> i32; 6] =
        [rows, edit, preview, clear, reference_rows, reference_done];
    for step in steps {
        assert_eq!(step(desk), OUT_OF_ORDER);
    }
    assert_eq!(find(desk, 0, 0), OUT_OF_ORDER);
    assert_eq!([colour(desk, 0), compose(desk, 0)], [OUT_OF_ORDER; 2]);
    assert_eq!(words(desk, 1), OUT_OF_ORDER);
    assert_eq!(reference(desk, 10, 10, 0.5, 0.5, 0.0, 1), OUT_OF_ORDER);
    assert_eq!((width(desk), height(desk), needs_rows(desk)), (0, 0, 0));
    fill(desk, b"U2W1");
    assert_eq!(load(desk), WEIGHTS);
    fill(desk, SEEN);
    assert_eq!(load(desk), OK);
    assert_eq!(find(desk, 0, 0), OUT_OF_ORDER);
}

#[test]
fn what_is_wrong_with_a_photo_is_said() {
    let desk = &mut *desk();
    assert_eq!(photo(desk, 0, 9, 1), BROKEN);
    assert_eq!(photo(desk, 20_000, 20_000, 1), TOO_LARGE);
    fill(desk, SEEN);
    assert_eq!(load(desk), OK);
    assert_eq!(photo(desk, 8, 8, 1), OK);
    fill(desk, &[90; 256]);
    assert_eq!((rows(desk), find(desk, 1, 0)), (OK, NO_SUBJECT));
    assert_eq!(clear(desk), OUT_OF_ORDER, "the photo before is not used instead");
}

#[test]
fn a_photo_goes_all_the_way() {
    let desk = &mut *desk();
    let pixels = pixels();
    fill(desk, SEEN);
    assert_eq!((load(desk), filled(desk)), (OK, 0));
    assert_eq!(photo(desk, 320, 320, 1), OK);
    for strip in pixels.chunks(320 * 4 * 50) {
        fill(desk, strip);
        assert_eq!(rows(desk), OK);
    }
    assert_eq!(find(desk, 0, 0), OK);
    assert_eq!((width(desk), height(desk), needs_rows(desk)), (320, 320, 1));
    assert_eq!((preview(desk), filled(desk)), (320, 320 * 320));
    let whole = desk.room.clone();
    assert!(whole[200 * 320 + 130] == 255 && whole[0] == 0);

    fill(desk, "a marble counter".as_bytes());
    assert_eq!(words(desk, 7), OK);
    assert_eq!(desk.room.clone(), b"marble counter");
    let made = |desk: &mut Desk, first: usize| {
        fill(desk, &pixels[4 * 320 * first..][..4 * 320]);
        assert_eq!(compose(desk, first), OK);
        desk.room.clone()
    };
    assert_eq!(made(desk, 200)[4 * 130..][..4], pixels[4 * (200 * 320 + 130)..][..4]);
    assert_ne!(made(desk, 0)[..4], pixels[..4]);

    let list = [0_f32, 0., 0.1, 1., 130. / 320., 200. / 320.];
    fill(desk, &list.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>());
    assert_eq!((edit(desk), clear(desk)), (OK, OK));
    assert_eq!(made(desk, 200)[4 * 130..][..4], [0; 4], "brushed away");
    fill(desk, &[1, 2, 3]);
    assert_eq!(edit(desk), BROKEN);

    assert_eq!(reference(desk, 640, 480, 0.5, 0.5, 0.0, 1), OK);
    fill(desk, &[0, 0, 250, 255].repeat(640 * 480));
    assert_eq!((reference_rows(desk), reference_done(desk)), (OK, OK));
    assert_eq!(made(desk, 0)[..4], [0, 0, 250, 255]);

    forget(desk);
    assert_eq!(preview(desk), OUT_OF_ORDER);
    assert_eq!(photo(desk, 320, 320, 0), OK, "the network stays");
}
