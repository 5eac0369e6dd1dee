//! Is this frame good enough, and if not, what one thing helps most?

use crate::{FaceObservation, Observation};
use lifecert_protocol::Prompt;

/// Looks at one frame: the face if all is well, otherwise the one thing to ask for.
///
/// The order is that of helpfulness: without a face nothing else can be judged, and a face that is
/// too small or too dark has no trustworthy pose.
pub fn good_face(seen: &Observation) -> Result<&FaceObservation, Prompt> {
    let Some(face) = &seen.face else {
        return Err(Prompt::FindFace);
    };
    if seen.faces > 1 {
        return Err(Prompt::OnePerson);
    }
    let bounds = &face.bounds;
    let (centre_x, centre_y) = (
        bounds.left + bounds.width / 2.0,
        bounds.top + bounds.height / 2.0,
    );
    let faults = [
        (face.size < 0.2, Prompt::ComeCloser),
        (face.size > 0.95, Prompt::MoveBack),
        (
            (centre_x - 0.5).abs() > 0.3 || (centre_y - 0.5).abs() > 0.3,
            Prompt::Centre,
        ),
        (face.exposure < 0.15, Prompt::MoreLight),
        (face.exposure > 0.92, Prompt::LessLight),
        (
            face.pose.yaw_deg.abs() > 35.0 || face.pose.pitch_deg.abs() > 35.0,
            Prompt::LookStraight,
        ),
        (face.pose.roll_deg.abs() > 35.0, Prompt::LookStraight),
        (face.sharpness < 15.0, Prompt::HoldSteady),
    ];
    match faults.into_iter().find(|(fault, _)| *fault) {
        Some((_, prompt)) => Err(prompt),
        None => Ok(face),
    }
}
