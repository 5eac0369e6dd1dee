//! Points, boxes and affine maps in pixels: x to the right, y down, whole numbers at pixel centres.

use lifecert_session::FaceBounds;

/// A point in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// A point of two coordinates.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Distance to another point.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A box in pixels; `left` and `top` are edges, not pixel centres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// Its middle.
    pub fn centre(&self) -> Point {
        Point::new(self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// The longer of width and height.
    pub fn longer_side(&self) -> f32 {
        self.width.max(self.height)
    }

    /// Intersection over union with another box, 0 to 1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let width =
            (self.left + self.width).min(other.left + other.width) - self.left.max(other.left);
        let height =
            (self.top + self.height).min(other.top + other.height) - self.top.max(other.top);
        let shared = width.max(0.0) * height.max(0.0);
        let union = self.width * self.height + other.width * other.height - shared;
        if union > 0.0 { shared / union } else { 0.0 }
    }

    /// The part of it that lies in a picture of that size.
    pub fn clip(&self, width: usize, height: usize) -> Self {
        let left = self.left.clamp(0.0, width as f32);
        let top = self.top.clamp(0.0, height as f32);
        let right = (self.left + self.width).clamp(0.0, width as f32);
        let bottom = (self.top + self.height).clamp(0.0, height as f32);
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    /// The box between the nearest whole edges.
    pub fn rounded(&self) -> Self {
        let (left, top) = (self.left.round_ties_even(), self.top.round_ties_even());
        let right = (self.left + self.width).round_ties_even();
        let bottom = (self.top + self.height).round_ties_even();
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    /// A square of `scale` times the longer side around the same centre.
    pub fn square(&self, scale: f32) -> Self {
        let (side, centre) = (self.longer_side() * scale, self.centre());
        Self {
            left: centre.x - side / 2.0,
            top: centre.y - side / 2.0,
            width: side,
            height: side,
        }
    }

    /// The same box in fractions of a picture of that size.
    pub fn fractions(&self, width: usize, height: usize) -> FaceBounds {
        let (width, height) = (width as f32, height as f32);
        FaceBounds {
            left: self.left / width,
            top: self.top / height,
            width: self.width / width,
            height: self.height / height,
        }
    }

    /// The box of those fractions of a picture of that size.
    pub fn from_fractions(bounds: &FaceBounds, width: usize, height: usize) -> Self {
        let (width, height) = (width as f32, height as f32);
        Self {
            left: bounds.left * width,
            top: bounds.top * height,
            width: bounds.width * width,
            height: bounds.height * height,
        }
    }
}

/// An affine map of the plane: `(a x + b y + tx, c x + d y + ty)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// x to x.
    pub a: f32,
    /// y to x.
    pub b: f32,
    /// Shift of x.
    pub tx: f32,
    /// x to y.
    pub c: f32,
    /// y to y.
    pub d: f32,
    /// Shift of y.
    pub ty: f32,
}

impl Affine {
    /// The map that stretches a `width` x `height` picture's pixels over a box of another picture.
    pub fn stretch(width: usize, height: usize, over: &Rect) -> Self {
        let (a, d) = (over.width / width as f32, over.height / height as f32);
        // Edges fall on edges, so pixel centres are half a pixel off at either end.
        let (tx, ty) = (over.left + 0.5 * a - 0.5, over.top + 0.5 * d - 0.5);
        Self {
            a,
            b: 0.0,
            tx,
            c: 0.0,
            d,
            ty,
        }
    }

    /// The image of a point.
    pub fn apply(&self, point: Point) -> Point {
        Point::new(
            self.a * point.x + self.b * point.y + self.tx,
            self.c * point.x + self.d * point.y + self.ty,
        )
    }

    /// First this map, then the other one.
    pub fn then(&self, next: &Self) -> Self {
        let origin = next.apply(Point::new(self.tx, self.ty));
        Self {
            a: next.a * self.a + next.b * self.c,
            b: next.a * self.b + next.b * self.d,
            tx: origin.x,
            c: next.c * self.a + next.d * self.c,
            d: next.c * self.b + next.d * self.d,
            ty: origin.y,
        }
    }

    /// The map back, if there is one.
    pub fn inverse(&self) -> Option<Self> {
        let det = self.a * self.d - self.b * self.c;
        if !det.is_normal() {
            return None;
        }
        let (a, b, c, d) = (self.d / det, -self.b / det, -self.c / det, self.a / det);
        let (tx, ty) = (-(a * self.tx + b * self.ty), -(c * self.tx + d * self.ty));
        Some(Self { a, b, tx, c, d, ty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_and_its_inverse_cancel() {
        let map = Affine {
            a: 1.5,
            b: -0.3,
            tx: 20.0,
            c: 0.4,
            d: 2.0,
            ty: -7.0,
        };
        let back = map.then(&map.inverse().unwrap());
        let point = back.apply(Point::new(13.0, -4.0));
        assert!(point.distance(Point::new(13.0, -4.0)) < 1e-4);
        let flat = Affine {
            a: 1.0,
            b: 2.0,
            tx: 0.0,
            c: 2.0,
            d: 4.0,
            ty: 0.0,
        };
        assert_eq!(flat.inverse(), None);
    }

    #[test]
    fn overlap_runs_from_none_to_all() {
        let one = Rect {
            left: 0.0,
            top: 0.0,
            width: 2.0,
            height: 2.0,
        };
        let half = Rect { left: 1.0, ..one };
        let away = Rect { left: 5.0, ..one };
        assert_eq!(one.overlap(&one), 1.0);
        assert!((one.overlap(&half) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(one.overlap(&away), 0.0);
        let empty = Rect {
            width: 0.0,
            height: 0.0,
            ..one
        };
        assert_eq!(empty.overlap(&empty), 0.0);
    }

    #[test]
    fn clipping_keeps_what_is_inside() {
        let rect = Rect {
            left: -5.0,
            top: 10.0,
            width: 20.0,
            height: 20.0,
        };
        let inside = Rect {
            left: 0.0,
            top: 10.0,
            width: 15.0,
            height: 6.0,
        };
        assert_eq!(rect.clip(100, 16), inside);
        let far = Rect {
            left: 500.0,
            ..rect
        };
        assert_eq!(far.clip(100, 16).width, 0.0);
    }
}
