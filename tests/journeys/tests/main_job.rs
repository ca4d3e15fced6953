//! The main job: a photo goes in, a picture on a new background comes out and is saved. The
//! photographs are real, and the relay has no key, so its own engine answers.

use journeys::{Browser, Pixels, Relay, enlarged, far, near, sample};

/// In the cup of the coffee photograph, and in the cat's face: parts of width and height.
const CUP: (f64, f64) = (0.5, 0.5);

async fn open(relay: &Relay) -> Browser {
    let browser = Browser::start().await;
    browser.open_studio(relay.url()).await;
    browser
}

fn assert_subject_stays(result: &Pixels, photo: &Pixels, (x, y): (f64, f64)) {
    let (now, before) = (result.at(x, y), photo.at(x, y));
    assert!(near(now, before), "the subject was {before:?} and is {now:?}");
}

#[tokio::test]
async fn a_dropped_photo_gets_a_colour_and_is_saved() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    assert_eq!(page.destination().await, "On this machine");
    assert_eq!(page.text("#promise").await, "Runs on this machine · nothing is uploaded");

    page.drop_photo(&sample("coffee")).await;
    assert_eq!(page.text("#photo-facts").await.split(" · ").next(), Some("600 × 400"));
    page.choose_colour("#ff5733").await;
    page.screenshot("main-job-colour-chosen").await;
    let (file, result) = page.make().await;
    page.wait_for_text("#made-by", "Made on this machine").await;
    page.wait_for_text("#status", "The picture is ready").await;
    page.screenshot("main-job-colour").await;

    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.png");
    assert_eq!(result.size(), (600, 400));
    for corner in result.corners() {
        assert!(near(corner, [0xff, 0x57, 0x33, 0xff]), "a corner is {corner:?}");
    }
    assert_subject_stays(&result, &Pixels::of(&sample("coffee")), CUP);
    page.assert_quiet().await;
}

#[tokio::test]
async fn words_paint_a_background() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    let photo = Pixels::of(&sample("coffee"));
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a marble counter by a window, soft morning light").await;
    page.send().await;
    let says = page.wait_for_text("#made-by", "Made on this machine").await;
    assert!(says.contains("“marble counter”"), "{says}");
    page.screenshot("main-job-marble").await;
    let (file, first) = page.download().await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.jpg");
    for (was, is) in photo.corners().into_iter().zip(first.corners()).take(2) {
        assert!(far(was, is), "a corner was {was:?} and is {is:?}");
    }
    assert_subject_stays(&first, &photo, CUP);

    let bytes = |path| std::fs::read(path).unwrap();
    let (again, _) = page.make().await;
    assert!(bytes(&file) == bytes(&again), "the same seed gives another picture");
    page.seed(77).await;
    let (other, _) = page.make().await;
    assert!(bytes(&file) != bytes(&other), "another seed gives the same picture");
    assert_eq!(page.all(".strip li").await.len(), 3);
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_reference_becomes_the_background() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&sample("coffee")).await;
    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("astronaut")]).await;
    page.wait_for_text("#reference", "astronaut.jpg").await;
    let (_, result) = page.make().await;
    page.screenshot("main-job-reference").await;
    let (photo, reference) = (Pixels::of(&sample("coffee")), Pixels::of(&sample("astronaut")));
    // A square reference covers a wide photo: its left and right edges stay in place.
    let (is, expected) = (result.at(0.02, 0.5), reference.at(0.02, 0.5));
    assert!(near(is, expected), "the left edge is {is:?}; the reference's is {expected:?}");
    assert!(far(is, photo.at(0.02, 0.5)));
    // Its light and colour follow the reference a little.
    assert!(!far(result.at(CUP.0, CUP.1), photo.at(CUP.0, CUP.1)), "the subject stays");
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_background_is_left_out() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&sample("cat")).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Transparent]").await;
    let (file, result) = page.make().await;
    page.screenshot("main-job-transparent").await;
    assert_eq!(file.file_name().unwrap(), "cat-backdrop.png");
    let [.., alpha] = result.at(0.02, 0.02);
    assert_eq!(alpha, 0, "the corner is not transparent");
    assert_subject_stays(&result, &Pixels::of(&sample("cat")), CUP);
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_large_photo_is_made_smaller_unless_asked_otherwise() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&enlarged("large.jpg", "coffee", 3)).await;
    page.choose_colour("#cfe3d0").await;
    let (_, result) = page.make().await;
    let (width, height) = result.size();
    let pixels = width * height;
    assert!((900_000..1_100_000).contains(&pixels), "{width} × {height}");
    page.click("#original_quality").await;
    let (_, result) = page.make().await;
    assert_eq!(result.size(), (1800, 1200));
    page.wait_for_text("#facts", "1,800 × 1,200").await;
    page.assert_quiet().await;
}
