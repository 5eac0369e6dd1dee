//! Where a camera's rays meet a sheet: flat, or bent round a cylinder.

/// A place or direction in space: x to the right, y down, z away from the camera.
type Space = [f32; 3];

/// Below this curvature a sheet is flat.
const FLAT: f32 = 1e-3;

/// How a sheet is held. Lengths are in face sides: 1 is the longer side of the face on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pose {
    /// Turn about the upright axis in radians.
    pub(super) yaw: f32,
    /// Nod in radians.
    pub(super) pitch: f32,
    /// Turn in the picture in radians.
    pub(super) roll: f32,
    /// Where the middle of the face is.
    pub(super) position: Space,
}

/// How a sheet is bent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    /// One over the cylinder's radius; positive where the middle is nearest to the camera.
    pub(super) curvature: f32,
    /// The direction on the sheet that is bent, from its horizontal, in radians.
    pub(super) direction: f32,
}

impl Bend {
    /// Not bent.
    pub(super) const NONE: Self = Self {
        curvature: 0.0,
        direction: 0.0,
    };
}

/// A sheet at one moment, in coordinates of its own: the camera, and how its axes lie.
pub(super) struct Sheet {
    camera: Space,
    /// Rows of the turn from the camera's coordinates to the sheet's, whose x axis is the direction
    /// of the bend.
    turn: [Space; 3],
    curvature: f32,
    /// Cosine and sine of the bend's direction.
    direction: (f32, f32),
}

impl Sheet {
    pub(super) fn new(pose: &Pose, bend: Bend) -> Self {
        let (sin_yaw, cos_yaw) = pose.yaw.sin_cos();
        let (sin_pitch, cos_pitch) = pose.pitch.sin_cos();
        let (sin_roll, cos_roll) = pose.roll.sin_cos();
        let (sin, cos) = bend.direction.sin_cos();
        // Columns of the turn: the sheet's axes as the camera sees them.
        let unrolled = [
            [cos_yaw, sin_yaw * sin_pitch, sin_yaw * cos_pitch],
            [0.0, cos_pitch, -sin_pitch],
            [-sin_yaw, cos_yaw * sin_pitch, cos_yaw * cos_pitch],
        ];
        let rolled = [
            combine(&unrolled[0], cos_roll, &unrolled[1], -sin_roll),
            combine(&unrolled[0], sin_roll, &unrolled[1], cos_roll),
            unrolled[2],
        ];
        let column = |at: usize| rolled.map(|row| row[at]);
        let turn = [
            combine(&column(0), cos, &column(1), sin),
            combine(&column(0), -sin, &column(1), cos),
            column(2),
        ];
        Self {
            camera: turn.map(|row| -dot(&row, &pose.position)),
            turn,
            curvature: bend.curvature,
            direction: (cos, sin),
        }
    }

    /// The point of the sheet, in face sides from the face's middle, that is seen in the direction
    /// (x, y, 1); nothing where the sheet is missed.
    #[inline]
    pub(super) fn hit(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        let ray = self.turn.map(|[a, b, c]| a * x + b * y + c);
        let [along, across] = if self.curvature.abs() < FLAT {
            let reach = -self.camera[2] / ray[2];
            (reach > 0.0).then(|| [0, 1].map(|at| self.camera[at] + reach * ray[at]))?
        } else {
            self.hit_cylinder(&ray)?
        };
        let (cos, sin) = self.direction;
        Some((cos * along - sin * across, sin * along + cos * across))
    }

    /// The cylinder is k (x^2 + z^2) = 2 z with the curvature k. Of the two places where a ray
    /// meets it, the one that becomes the plane's as k goes to 0; x is measured along the sheet.
    fn hit_cylinder(&self, ray: &Space) -> Option<[f32; 2]> {
        let (k, from) = (self.curvature, &self.camera);
        let square = k * (ray[0] * ray[0] + ray[2] * ray[2]);
        let half = k * (from[0] * ray[0] + from[2] * ray[2]) - ray[2];
        let rest = k * (from[0] * from[0] + from[2] * from[2]) - 2.0 * from[2];
        let root = half * half - square * rest;
        if root < 0.0 {
            return None;
        }
        let reach = -rest / (half - root.sqrt());
        let (x, z) = (from[0] + reach * ray[0], from[2] + reach * ray[2]);
        let depth = 1.0 - k * z;
        let is_front = reach > 0.0 && depth > 0.0;
        is_front.then(|| [(k * x).atan2(depth) / k, from[1] + reach * ray[1]])
    }
}

fn combine(a: &Space, by_a: f32, b: &Space, by_b: f32) -> Space {
    std::array::from_fn(|at| by_a * a[at] + by_b * b[at])
}

fn dot(a: &Space, b: &Space) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AHEAD: Pose = Pose {
        yaw: 0.0,
        pitch: 0.0,
        roll: 0.0,
        position: [0.0, 0.0, 2.0],
    };

    fn close(found: Option<(f32, f32)>, expected: (f32, f32)) -> bool {
        let (x, y) = found.unwrap();
        (x - expected.0).abs() < 1e-3 && (y - expected.1).abs() < 1e-3
    }

    #[test]
    fn a_flat_sheet_is_seen_in_perspective() {
        let sheet = Sheet::new(&AHEAD, Bend::NONE);
        assert!(close(sheet.hit(0.25, -0.1), (0.5, -0.2)));
        // Turned so that its right edge is away from the camera: a point there looks nearer to the
        // middle than its mirror image.
        let turned = Pose { yaw: -0.5, ..AHEAD };
        let sheet = Sheet::new(&turned, Bend::NONE);
        let seen = |u: f32| {
            let (x, z) = (0.5_f32.cos() * u, 2.0 + 0.5_f32.sin() * u);
            x / z
        };
        assert!(close(sheet.hit(seen(0.6), 0.0), (0.6, 0.0)));
        assert!(close(sheet.hit(seen(-0.6), 0.0), (-0.6, 0.0)));
        let rolled = Pose { roll: 0.3, ..AHEAD };
        let sheet = Sheet::new(&rolled, Bend::NONE);
        let (sin, cos) = 0.3_f32.sin_cos();
        assert!(close(sheet.hit(cos / 2.0, sin / 2.0), (1.0, 0.0)));
    }

    #[test]
    fn a_bent_sheet_keeps_its_lengths_and_hides_its_back() {
        for curvature in [0.8_f32, -0.8] {
            let bend = Bend {
                curvature,
                direction: 0.0,
            };
            let sheet = Sheet::new(&AHEAD, bend);
            // The point at arc length 0.5 lies at angle 0.4 of a circle of radius 1.25.
            let (x, z) = (0.4_f32.sin() / 0.8, (1.0 - 0.4_f32.cos()) / curvature);
            assert!(close(sheet.hit(x / (2.0 + z), 0.0), (0.5, 0.0)));
        }
        let tight = Bend {
            curvature: 2.0,
            direction: 0.0,
        };
        assert_eq!(Sheet::new(&AHEAD, tight).hit(0.9, 0.0), None);
        let nearly_flat = Bend {
            curvature: 2.0 * FLAT,
            direction: 0.7,
        };
        assert!(close(
            Sheet::new(&AHEAD, nearly_flat).hit(0.2, 0.1),
            (0.4, 0.2)
        ));
    }
}
