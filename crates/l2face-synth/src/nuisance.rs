//! Everything about a picture that is not the person.

/// What covers a part of the face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cover {
    /// Nothing.
    None,
    /// Thin-rimmed glasses.
    Glasses,
    /// Dark lenses.
    Sunglasses,
    /// Cloth over mouth and nose, up to `top` (distance below the eyes, in interocular distances).
    Scarf {
        /// Upper edge.
        top: f64,
    },
    /// A hand-like blob in front of the face, around `at` (face coordinates, interocular distances from the point
    /// between the eyes), of radius `radius`.
    Hand {
        /// Centre.
        at: [f64; 2],
        /// Radius in interocular distances.
        radius: f64,
    },
}

/// The state of a picture apart from the person. Lengths are in units of the mean interocular distance (IOD), so that
/// a state means the same at every canvas size.
#[derive(Clone, Debug, PartialEq)]
pub struct Nuisance {
    /// Turn of the head in radians, positive towards the image's right.
    pub yaw: f64,
    /// Nod in radians, positive downwards.
    pub pitch: f64,
    /// Rotation in the image plane in radians, positive clockwise.
    pub roll: f64,
    /// Mean interocular distance of a frontal face as a share of the canvas.
    pub scale: f64,
    /// Displacement of the face from the middle of the canvas, as shares of the canvas.
    pub shift: [f64; 2],
    /// Azimuth of the key light in radians, 0 = from the camera, positive from the image's right.
    pub light_azimuth: f64,
    /// Elevation of the key light in radians, positive from above.
    pub light_elevation: f64,
    /// Strength of the key light, 1 = normal.
    pub key: f64,
    /// Strength of the ambient light, 1 = normal.
    pub ambient: f64,
    /// Gain of the camera per channel (colour cast and exposure), 1 = neutral.
    pub gain: [f64; 3],
    /// Contrast around mid grey, 1 = neutral.
    pub contrast: f64,
    /// Opening of the mouth, 0..1.
    pub mouth_open: f64,
    /// Smile, -1 (frown) .. 1.
    pub smile: f64,
    /// Raised (or, negative, lowered) brows, -1..1.
    pub brow_raise: f64,
    /// Closing of the eyes, 0..1.
    pub eyes_closed: f64,
    /// Direction of gaze, right and down, -1..1.
    pub gaze: [f64; 2],
    /// Day-to-day change of hair and beard, added to the person's traits in standard deviations: length, volume,
    /// hairline, beard.
    pub grooming: [f64; 4],
    /// What covers the face.
    pub cover: Cover,
    /// Selects background, clothes, and the colours of covers.
    pub scene: u64,
    /// Gaussian blur, standard deviation in IOD.
    pub blur: f64,
    /// Motion blur, length in IOD.
    pub motion: f64,
    /// Direction of the motion blur in radians.
    pub motion_angle: f64,
    /// Pixels per IOD that the sensor resolves; above the canvas's own it has no effect.
    pub resolution: f64,
    /// Standard deviation of the sensor noise in grey levels.
    pub noise: f64,
    /// Strength of block compression: quantisation step of the DCT in grey levels, 0 = none.
    pub compression: f64,
    /// Selects the sensor noise.
    pub grain: u64,
}

impl Nuisance {
    /// A frontal, evenly lit, sharp picture on a plain scene.
    pub fn neutral() -> Self {
        Nuisance {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
            scale: 0.21,
            shift: [0.0, 0.0],
            light_azimuth: 0.3,
            light_elevation: 0.5,
            key: 1.0,
            ambient: 1.0,
            gain: [1.0; 3],
            contrast: 1.0,
            mouth_open: 0.0,
            smile: 0.15,
            brow_raise: 0.0,
            eyes_closed: 0.0,
            gaze: [0.0, 0.0],
            grooming: [0.0; 4],
            cover: Cover::None,
            scene: 0,
            blur: 0.0,
            motion: 0.0,
            motion_angle: 0.0,
            resolution: 100.0,
            noise: 0.0,
            compression: 0.0,
            grain: 0,
        }
    }
}
