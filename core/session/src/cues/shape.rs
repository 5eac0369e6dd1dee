//! What is left of the landmarks when everything that a sheet can do is taken out of them.
//!
//! A picture that is moved, turned, tilted or brought closer moves as one homography; one that is
//! bent moves as a smooth map. Both are, as far as a face fills the view, cubic maps of the plane:
//! the homography's and the cylinder's terms of fourth order are below the landmarks' noise. So
//! each frame's landmarks are mapped to a generic face by the cubic map that fits best (least
//! squares over the 68 points), and what remains is the face's own: who it is, which stays, and
//! what it does, which changes. The map goes from the frame to the generic face, so that the
//! remainder does not depend on how large or how turned the picture is, nor on the frame's aspect
//! ratio.
//!
//! Units are those of the generic face: inter-ocular distances.

use super::face::GENERIC;

/// Terms of a cubic map of the plane.
const TERMS: usize = 10;

/// The remainder of each landmark after the best cubic map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape([[f32; 2]; 68]);

impl Shape {
    /// Of a frame's landmarks, in any units; nothing where they are not 68, not numbers, or lie on
    /// a line.
    pub(super) fn of(points: &[[f32; 2]]) -> Option<Self> {
        let points: &[[f32; 2]; 68] = points.try_into().ok()?;
        let x = standardised(points.map(|point| f64::from(point[0])))?;
        let y = standardised(points.map(|point| f64::from(point[1])))?;
        let mut normal = [[0.0; TERMS + 2]; TERMS];
        let terms: [[f64; TERMS]; 68] = std::array::from_fn(|n| terms(x[n], y[n]));
        for (terms, face) in terms.iter().zip(&GENERIC) {
            for (row, factor) in normal.iter_mut().zip(terms) {
                for (sum, term) in row.iter_mut().zip(terms) {
                    *sum += factor * term;
                }
                row[TERMS] += factor * f64::from(face[0]);
                row[TERMS + 1] += factor * f64::from(face[1]);
            }
        }
        let map = solved(normal)?;
        let rest = std::array::from_fn(|n| {
            std::array::from_fn(|axis| {
                let mapped: f64 = terms[n].iter().zip(&map).map(|(t, m)| t * m[axis]).sum();
                mapped as f32 - GENERIC[n][axis]
            })
        });
        Some(Self(rest))
    }

    /// The remainders, in the order of the landmarks.
    pub(super) fn points(&self) -> &[[f32; 2]; 68] {
        &self.0
    }

    /// Its remainders beside those of another.
    pub(super) fn pairs<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (&'a [f32; 2], &'a [f32; 2])> {
        self.0.iter().zip(&other.0)
    }
}

/// Values with mean 0 and standard deviation 1.
fn standardised(values: [f64; 68]) -> Option<[f64; 68]> {
    let mean = values.iter().sum::<f64>() / 68.0;
    let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 68.0;
    let spread = spread.sqrt();
    spread
        .is_normal()
        .then(|| values.map(|value| (value - mean) / spread))
}

/// The terms of a cubic map at a point.
fn terms(x: f64, y: f64) -> [f64; TERMS] {
    let (xx, xy, yy) = (x * x, x * y, y * y);
    [1.0, x, y, xx, xy, yy, x * xx, y * xx, x * yy, y * yy]
}

/// Solves a symmetric positive definite system with two right-hand sides, by elimination.
fn solved(mut rows: [[f64; TERMS + 2]; TERMS]) -> Option<[[f64; 2]; TERMS]> {
    for pivot in 0..TERMS {
        let pivot_row = rows[pivot];
        // Without noise it is well above this; below it the points lie on a line.
        if pivot_row[pivot] < 1e-9 {
            return None;
        }
        for row in &mut rows[pivot + 1..] {
            let factor = row[pivot] / pivot_row[pivot];
            for (value, above) in row.iter_mut().zip(&pivot_row).skip(pivot) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = [[0.0; 2]; TERMS];
    for n in (0..TERMS).rev() {
        for axis in 0..2 {
            let known: f64 = (n + 1..TERMS).map(|m| rows[n][m] * solution[m][axis]).sum();
            solution[n][axis] = (rows[n][TERMS + axis] - known) / rows[n][n];
        }
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face that is seen flat, through a homography.
    fn seen(face: &[[f32; 2]; 68], [tilt_x, tilt_y, turn, zoom]: [f32; 4]) -> Vec<[f32; 2]> {
        let (sin, cos) = turn.sin_cos();
        face.iter()
            .map(|[x, y]| {
                let depth = 1.0 + tilt_x * x + tilt_y * y;
                let (x, y) = (zoom * x / depth, zoom * y / depth);
                [0.5 + cos * x - sin * y, 0.4 + 1.3 * (sin * x + cos * y)]
            })
            .collect()
    }

    fn apart(a: &Shape, b: &Shape) -> f32 {
        let squares: f32 = a
            .pairs(b)
            .map(|(a, b)| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2))
            .sum();
        (squares / 136.0).sqrt()
    }

    #[test]
    fn a_picture_that_moves_keeps_its_shape() {
        let mut face = GENERIC;
        face[57][1] += 0.1;
        let straight = Shape::of(&seen(&face, [0.0, 0.0, 0.0, 0.1])).unwrap();
        for way in [
            [0.1, 0.0, 0.3, 0.1],
            [0.0, -0.1, 0.0, 0.2],
            [0.05, 0.08, -0.4, 0.05],
        ] {
            let moved = Shape::of(&seen(&face, way)).unwrap();
            assert!(
                apart(&straight, &moved) < 0.001,
                "{}",
                apart(&straight, &moved)
            );
        }
    }

    #[test]
    fn a_face_that_opens_its_mouth_does_not() {
        let still = Shape::of(&GENERIC).unwrap();
        let mut face = GENERIC;
        for n in [55, 56, 57, 58, 59, 65, 66, 67] {
            face[n][1] += 0.1;
        }
        let open = Shape::of(&face).unwrap();
        assert!(apart(&still, &open) > 0.01, "{}", apart(&still, &open));
        let lip = |shape: &Shape| shape.points()[66][1];
        assert!(
            lip(&open) > lip(&still) + 0.03,
            "{}",
            lip(&open) - lip(&still)
        );
    }

    #[test]
    fn what_is_no_face_has_no_shape() {
        assert_eq!(Shape::of(&[]), None);
        assert_eq!(Shape::of(&[[0.5, 0.5]; 68]), None);
        assert_eq!(Shape::of(&[[f32::NAN, 0.5]; 68]), None);
        let line: Vec<[f32; 2]> = (0..68).map(|n| [n as f32, 2.0 * n as f32]).collect();
        assert_eq!(Shape::of(&line), None);
    }
}
