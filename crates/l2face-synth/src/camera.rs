//! Pose and projection: a weak-perspective camera.

use crate::math::V3;
use crate::nuisance::Nuisance;

/// The point around which the head turns, in head coordinates.
const PIVOT: V3 = [0.0, 0.1, 0.0];

/// Projects head coordinates to pixels and back: `pixel = origin + scale * Roll * (Turn * (p - pivot))_xy`.
#[derive(Clone, Debug)]
pub(crate) struct Camera {
    turn: [V3; 3],
    roll: [f32; 2],
    /// Pixels per unit of head coordinates.
    pub scale: f32,
    origin: [f32; 2],
}

impl Camera {
    /// The camera that puts the head point `anchor` at the middle of a `size` canvas, moved by the picture's shift.
    pub fn new(n: &Nuisance, size: usize, anchor: V3) -> Self {
        let (sy, cy) = (n.yaw as f32).sin_cos();
        let (sp, cp) = (n.pitch as f32).sin_cos();
        let (sr, cr) = (n.roll as f32).sin_cos();
        let mut camera = Camera {
            turn: [[cy, 0.0, sy], [-sy * sp, cp, cy * sp], [-sy * cp, -sp, cy * cp]],
            roll: [cr, sr],
            scale: (n.scale * size as f64) as f32,
            origin: [0.0; 2],
        };
        let at = camera.pixel(anchor);
        let middle = (size as f32 - 1.0) / 2.0;
        let wanted = n.shift.map(|s| middle + (s * size as f64) as f32);
        camera.origin = [wanted[0] - at[0], wanted[1] - at[1]];
        camera
    }

    /// Where a head point is seen, in pixels (pixel centres at integers).
    pub fn pixel(&self, p: V3) -> [f32; 2] {
        let c = self.to_camera(p);
        let (x, y) = (c[0] * self.scale, c[1] * self.scale);
        [self.origin[0] + self.roll[0] * x - self.roll[1] * y, self.origin[1] + self.roll[1] * x + self.roll[0] * y]
    }

    /// A head point in camera coordinates: x right, y down, z towards the camera, before the roll.
    pub fn to_camera(&self, p: V3) -> V3 {
        self.turn_vector([p[0] - PIVOT[0], p[1] - PIVOT[1], p[2] - PIVOT[2]])
    }

    /// A direction in head coordinates, seen from the camera.
    pub fn turn_vector(&self, v: V3) -> V3 {
        self.turn.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    /// Camera coordinates (x, y) of a pixel.
    pub fn at(&self, px: f32, py: f32) -> [f32; 2] {
        let (x, y) = ((px - self.origin[0]) / self.scale, (py - self.origin[1]) / self.scale);
        [self.roll[0] * x + self.roll[1] * y, self.roll[0] * y - self.roll[1] * x]
    }

    /// The head point at camera coordinates `c`.
    pub fn to_head(&self, c: V3) -> V3 {
        let t = &self.turn;
        [
            PIVOT[0] + t[0][0] * c[0] + t[1][0] * c[1] + t[2][0] * c[2],
            PIVOT[1] + t[0][1] * c[0] + t[1][1] * c[1] + t[2][1] * c[2],
            PIVOT[2] + t[0][2] * c[0] + t[1][2] * c[1] + t[2][2] * c[2],
        ]
    }

    /// The direction towards the camera, in head coordinates.
    pub fn view(&self) -> V3 {
        self.turn[2]
    }

    /// A direction given in the upright picture frame (x right, y down, z to the camera), in head coordinates.
    pub fn light(&self, v: V3) -> V3 {
        let c = [self.roll[0] * v[0] + self.roll[1] * v[1], self.roll[0] * v[1] - self.roll[1] * v[0], v[2]];
        let t = &self.turn;
        std::array::from_fn(|i| t[0][i] * c[0] + t[1][i] * c[1] + t[2][i] * c[2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(yaw: f64, pitch: f64, roll: f64) -> Camera {
        let n = Nuisance { yaw, pitch, roll, ..Nuisance::neutral() };
        Camera::new(&n, 100, [0.0, 0.5, 1.3])
    }

    #[test]
    fn the_anchor_is_in_the_middle() {
        let p = camera(0.4, -0.2, 0.3).pixel([0.0, 0.5, 1.3]);
        assert!((p[0] - 49.5).abs() < 1e-4 && (p[1] - 49.5).abs() < 1e-4);
    }

    #[test]
    fn pixels_and_points_are_inverse() {
        let c = camera(0.5, 0.2, -0.4);
        let p = [0.3, -0.6, 1.1];
        let px = c.pixel(p);
        let xy = c.at(px[0], px[1]);
        let back = c.to_head([xy[0], xy[1], c.to_camera(p)[2]]);
        for i in 0..3 {
            assert!((back[i] - p[i]).abs() < 1e-4);
        }
    }

    /// By hand: a frontal camera turned by yaw moves a point at depth z by `z sin(yaw)` to the right.
    #[test]
    fn yaw_moves_what_is_in_front() {
        let (near, far) = ([0.0, 0.1, 1.6], [0.0, 0.1, 0.2]);
        let c = camera(0.3, 0.0, 0.0);
        let moved = (c.pixel(near)[0] - c.pixel(far)[0]) / c.scale;
        assert!((moved - 1.4 * 0.3f32.sin()).abs() < 1e-5);
    }

    #[test]
    fn a_nod_moves_the_nose_down_and_roll_is_clockwise() {
        let c = camera(0.0, 0.3, 0.0);
        assert!(c.pixel([0.0, 0.1, 1.5])[1] > c.pixel([0.0, 0.1, 0.0])[1]);
        let c = camera(0.0, 0.0, 0.3);
        assert!(c.pixel([1.0, 0.1, 0.0])[1] > c.pixel([0.0, 0.1, 0.0])[1]);
    }
}
