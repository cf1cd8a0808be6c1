//! The light that reaches the camera, pixel by pixel.

use crate::anatomy::Face;
use crate::camera::Camera;
use crate::cover::{worn, Hand};
use crate::hair::Hair;
use crate::head::Head;
use crate::light::Lights;
use crate::math::{scaled, Rgb};
use crate::nuisance::{Cover, Nuisance};
use crate::paint;
use crate::scene::{Ear, Scene};
use crate::sensor::Planes;

/// Everything in front of the camera.
pub(crate) struct Stage<'a> {
    n: &'a Nuisance,
    face: &'a Face,
    head: &'a Head<'a>,
    camera: &'a Camera,
    hair: Hair<'a>,
    lights: Lights,
    scene: Scene,
    hand: Option<Hand>,
    ears: [Ear; 2],
    /// Pixel of the head's pivot.
    pivot: [f32; 2],
    pixel: f32,
}

impl<'a> Stage<'a> {
    /// The stage of a picture.
    pub fn new(n: &'a Nuisance, face: &'a Face, head: &'a Head<'a>, camera: &'a Camera) -> Self {
        let hand = match n.cover {
            Cover::Hand { at, radius } => {
                let c = camera.to_camera(head.surface(at[0] as f32, at[1] as f32));
                Some(Hand::new(n, face, [c[0], c[1]], radius))
            }
            _ => None,
        };
        Stage {
            n,
            face,
            head,
            camera,
            hair: Hair::new(face),
            lights: Lights::new(n, camera),
            scene: Scene::new(n.scene),
            hand,
            ears: [-1.0, 1.0].map(|side| Ear::new(face, camera, side)),
            pivot: camera.pixel([0.0, 0.1, 0.0]),
            pixel: 1.0 / camera.scale,
        }
    }

    /// Fills the picture with grey levels (gamma 2, contrast applied).
    pub fn expose(&self, out: &mut Planes) {
        let size = out.size;
        let area = size * size;
        let contrast = self.n.contrast as f32;
        for y in 0..size {
            for x in 0..size {
                let c = self.colour(x as f32, y as f32, size as f32);
                for (k, v) in c.iter().enumerate() {
                    let level = 255.0 * v.clamp(0.0, 1.1).sqrt();
                    out.data[k * area + y * size + x] = 118.0 + (level - 118.0) * contrast;
                }
            }
        }
    }

    /// Light reaching a pixel, front to back, as far as anything shows through.
    fn colour(&self, x: f32, y: f32, size: f32) -> Rgb {
        let xy = self.camera.at(x, y);
        let mut light = Layers::default();
        self.in_front(xy, &mut light);
        if light.shows_through() {
            self.add_head(xy, &mut light);
        }
        if light.shows_through() {
            self.behind(xy, [x, y], &mut light);
        }
        if light.shows_through() {
            let (back, gain) = (self.scene.background(x / size, y / size), self.lights.gain());
            light.add(std::array::from_fn(|i| back[i] * gain[i]), 1.0);
        }
        light.colour
    }

    fn in_front(&self, xy: [f32; 2], light: &mut Layers) {
        if let Some(hand) = &self.hand {
            let (colour, cover) = hand.at(&self.lights, xy, self.pixel);
            light.add(colour, cover);
        }
        self.add_ears(true, xy, light);
        if let Some(s) = self.hair.front(self.camera, xy, self.pixel) {
            light.add(self.lights.shade(s.surface, s.normal), s.cover);
        }
    }

    fn add_ears(&self, near: bool, xy: [f32; 2], light: &mut Layers) {
        for ear in self.ears.iter().filter(|e| e.near == near) {
            let (colour, cover) = ear.at(self.face, &self.lights, xy, self.pixel);
            light.add(colour, cover);
        }
    }

    fn add_head(&self, xy: [f32; 2], light: &mut Layers) {
        let Some(hit) = self.head.trace(self.camera, xy, self.pixel) else {
            return;
        };
        let mut surface = paint::face(self.face, hit.at, self.pixel);
        worn(self.n, self.face, hit.at[0], hit.at[1], self.pixel, &mut surface);
        light.add(self.lights.shade(surface, self.head.normal(hit.at)), hit.cover);
    }

    /// Ears, body and long hair.
    fn behind(&self, xy: [f32; 2], at: [f32; 2], light: &mut Layers) {
        self.add_ears(false, xy, light);
        let upright = [(at[0] - self.pivot[0]) * self.pixel, (at[1] - self.pivot[1]) * self.pixel];
        if upright[1] > 0.6 {
            let (colour, cover) = self.scene.body(self.face, &self.lights, self.camera, upright, self.pixel);
            light.add(colour, cover);
        }
        if !light.shows_through() {
            return;
        }
        if let Some(s) = self.hair.behind(self.camera, xy, self.pixel) {
            light.add(scaled(self.lights.shade(s.surface, s.normal), 0.8), s.cover);
        }
    }
}

/// Light gathered along a ray from the front.
struct Layers {
    colour: Rgb,
    through: f32,
}

impl Default for Layers {
    fn default() -> Self {
        Layers { colour: [0.0; 3], through: 1.0 }
    }
}

impl Layers {
    fn add(&mut self, colour: Rgb, cover: f32) {
        let share = self.through * cover;
        self.colour = std::array::from_fn(|i| self.colour[i] + share * colour[i]);
        self.through -= share;
    }

    fn shows_through(&self) -> bool {
        self.through > 0.002
    }
}
