use super::*;

const SEEN: &[u8] = include_bytes!("../../engine/weights/u2netp.bin");

fn fill(bytes: &[u8]) {
    desk(|desk| desk.room = bytes.to_vec());
}

fn pixels() -> Vec<u8> {
    let photo = image::load_from_memory(include_bytes!("../../engine/tests/data/astronaut.png"));
    photo.unwrap().into_rgba8().into_raw()
}

#[test]
fn out_of_order_is_said() {
    let steps: [extern "C" fn() -> i32; 6] =
        [rows, edit, preview, clear, reference_rows, reference_done];
    for step in steps {
        assert_eq!(step(), OUT_OF_ORDER);
    }
    assert_eq!(find(0, 0., 0., 1., 1., 0), OUT_OF_ORDER);
    assert_eq!(look_again(1, 0., 0., 1., 1.), OUT_OF_ORDER);
    assert_eq!([colour(0), blurred(0.5), compose(0)], [OUT_OF_ORDER; 3]);
    assert_eq!(words(1), OUT_OF_ORDER);
    assert_eq!(reference(10, 10, 0.5, 0.5, 0.0, 1), OUT_OF_ORDER);
    assert_eq!((width(), height(), needs_rows()), (0, 0, 0));
    fill(b"U2W1");
    assert_eq!(load(), WEIGHTS);
    fill(SEEN);
    assert_eq!(load(), OK);
    assert_eq!(find(0, 0., 0., 1., 1., 0), OUT_OF_ORDER);
}

#[test]
fn what_is_wrong_with_a_photo_is_said() {
    assert_eq!(photo(0, 9, 1), BROKEN);
    assert_eq!(photo(20_000, 20_000, 1), TOO_LARGE);
    fill(SEEN);
    assert_eq!(load(), OK);
    assert_eq!(photo(8, 8, 1), OK);
    fill(&[90; 256]);
    assert_eq!((rows(), find(1, 0., 0., 1., 1., 0)), (OK, NO_SUBJECT));
    assert_eq!(clear(), OUT_OF_ORDER, "the photo before is not used instead");
}

#[test]
fn a_photo_goes_all_the_way() {
    let pixels = pixels();
    fill(SEEN);
    assert_eq!((load(), filled()), (OK, 0));
    assert_eq!(photo(320, 320, 1), OK);
    for strip in pixels.chunks(320 * 4 * 50) {
        fill(strip);
        assert_eq!(rows(), OK);
    }
    assert_eq!(find(0, 0., 0., 1., 1., 0), OK);
    assert_eq!((width(), height(), needs_rows()), (320, 320, 1));
    assert_eq!((preview(), filled()), (320, 320 * 320));
    let whole = desk(|desk| desk.room.clone());
    assert!(whole[200 * 320 + 130] == 255 && whole[0] == 0);

    fill("a marble counter".as_bytes());
    assert_eq!(words(7), OK);
    assert_eq!(desk(|desk| desk.room.clone()), b"marble counter");
    let made = |first: usize| {
        fill(&pixels[4 * 320 * first..][..4 * 320]);
        assert_eq!(compose(first), OK);
        desk(|desk| desk.room.clone())
    };
    assert_eq!(made(200)[4 * 130..][..4], pixels[4 * (200 * 320 + 130)..][..4]);
    assert_ne!(made(0)[..4], pixels[..4]);

    let list = [0_f32, 0., 0.1, 1., 130. / 320., 200. / 320.];
    fill(&list.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>());
    assert_eq!((edit(), clear()), (OK, OK));
    assert_eq!(made(200)[4 * 130..][..4], [0; 4], "brushed away");
    fill(&[1, 2, 3]);
    assert_eq!(edit(), BROKEN);

    assert_eq!(reference(640, 480, 0.5, 0.5, 0.0, 1), OK);
    fill(&[0, 0, 250, 255].repeat(640 * 480));
    assert_eq!((reference_rows(), reference_done()), (OK, OK));
    assert_eq!(made(0)[..4], [0, 0, 250, 255]);
    assert_eq!(look_again(1, 0., 0., 1., 1.), OK);

    forget();
    assert_eq!(preview(), OUT_OF_ORDER);
    assert_eq!(photo(320, 320, 0), OK, "the network stays");
}
