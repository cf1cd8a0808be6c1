//! From traits to a face's measures and colours, with the picture's expression and grooming applied.

use crate::identity::{Identity, Trait};
use crate::math::{linear, mix, scaled, Rgb};
use crate::nuisance::Nuisance;

/// Measures of a face in head coordinates: origin in the head's middle at the height of the eyes, x right in the image,
/// y down, z forward; unit: the mean interocular distance. Angles are slopes, amounts are in [0, 1].
#[derive(Clone, Debug)]
pub(crate) struct Face {
    // head
    pub half_width: f32,
    pub top: f32,
    pub bottom: f32,
    pub half_depth: f32,
    pub jaw: f32,
    pub cheek: f32,
    pub cheek_y: f32,
    pub chin: f32,
    pub chin_width: f32,
    pub ear: f32,
    pub ear_stick: f32,
    // eyes
    pub eye_x: f32,
    pub eye_half: f32,
    pub eye_open: f32,
    pub eye_slant: f32,
    pub lid: f32,
    pub lid_full: f32,
    pub crease: f32,
    pub socket: f32,
    pub gaze: [f32; 2],
    pub iris: Rgb,
    // brows
    pub brow_y: f32,
    pub brow_thick: f32,
    pub brow_slope: f32,
    pub brow_arch: f32,
    pub brow_half: f32,
    pub brow_density: f32,
    // nose
    pub nose_y: f32,
    pub nose_base_y: f32,
    pub nose_half: f32,
    pub bridge_half: f32,
    pub nose_rise: f32,
    pub nose_tip: f32,
    // mouth
    pub mouth_y: f32,
    pub mouth_half: f32,
    pub upper_lip: f32,
    pub lower_lip: f32,
    pub corner_rise: f32,
    pub mouth_open: f32,
    pub smile: f32,
    pub lip: Rgb,
    // skin
    pub skin: Rgb,
    pub flush: f32,
    pub freckles: f32,
    pub wrinkles: f32,
    pub dark_circles: f32,
    pub moles: [[f32; 3]; 2],
    pub salt: u32,
    // hair
    pub hair: Rgb,
    pub brow_colour: Rgb,
    pub hairline: f32,
    pub recession: f32,
    pub hair_volume: f32,
    pub hair_length: f32,
    pub hair_part: f32,
    pub hair_wave: f32,
    // beard
    pub beard: f32,
    pub moustache: f32,
    pub beard_extent: f32,
}

/// Reads traits as single precision numbers.
struct Reader<'a>(&'a Identity);

impl Reader<'_> {
    fn z(&self, t: Trait) -> f32 {
        self.0.value(t) as f32
    }
    /// `mean + step z`, kept within three steps of the mean.
    fn at(&self, t: Trait, mean: f32, step: f32) -> f32 {
        mean + step * self.z(t).clamp(-3.0, 3.0)
    }
    /// The logistic curve of `bias + slope z`, rational so that it costs no exponential.
    fn share(&self, t: Trait, bias: f32, slope: f32) -> f32 {
        let x = bias + slope * self.z(t);
        0.5 + 0.5 * x / (1.0 + x * x).sqrt()
    }
}

impl Face {
    /// The face of `id` in the state `n`.
    pub fn new(id: &Identity, n: &Nuisance) -> Self {
        let mut groomed = id.clone();
        let daily = [Trait::HairLength, Trait::HairVolume, Trait::Hairline, Trait::Beard];
        for (which, change) in daily.into_iter().zip(n.grooming) {
            let scale = if which == Trait::Hairline { 0.3 } else { 1.0 };
            groomed = groomed.with(which, id.value(which) + scale * change);
        }
        let r = Reader(&groomed);
        let mut face = base(&r, colours(&r));
        face.apply_expression(n);
        face
    }

    fn apply_expression(&mut self, n: &Nuisance) {
        let (open, smile) = (n.mouth_open as f32, n.smile as f32);
        self.lid = 1.0 - n.eyes_closed.clamp(0.0, 1.0) as f32;
        self.eye_open *= 1.0 - 0.12 * smile.max(0.0);
        self.gaze = n.gaze.map(|g| g as f32);
        self.brow_y -= 0.07 * n.brow_raise as f32;
        self.mouth_open = 0.34 * open;
        self.mouth_half *= 1.0 + 0.13 * smile - 0.06 * open;
        self.corner_rise += 0.09 * smile;
        self.smile = smile;
        self.bottom += 0.10 * open;
    }
}

struct Colours {
    skin: Rgb,
    hair: Rgb,
    brow: Rgb,
    lip: Rgb,
    iris: Rgb,
}

fn colours(r: &Reader<'_>) -> Colours {
    let melanin = r.share(Trait::Melanin, -0.35, 0.9);
    let tone = 0.06 * r.z(Trait::Undertone);
    let skin = skin_colour(melanin, tone);
    let dark = r.share(Trait::HairDark, 0.5 + 1.5 * (melanin - 0.4), 0.9);
    let pigment = mix(linear(226.0, 188.0, 120.0), linear(26.0, 20.0, 18.0), dark.sqrt());
    let red = r.share(Trait::HairRed, -2.2, 1.1) * (1.0 - melanin);
    let pigment = mix(pigment, linear(165.0, 70.0, 30.0), red);
    let grey = (r.share(Trait::HairGrey, -1.2, 1.2) * 1.1 - 0.1).clamp(0.0, 1.0);
    let hair = mix(pigment, linear(196.0, 196.0, 200.0), grey);
    let lip = lip_colour(r, skin);
    Colours { skin, hair, brow: mix(scaled(pigment, 0.6), hair, 0.35), lip, iris: iris_colour(r, melanin) }
}

fn skin_colour(melanin: f32, tone: f32) -> Rgb {
    let stops = [
        linear(241.0, 205.0, 184.0),
        linear(219.0, 170.0, 138.0),
        linear(168.0, 116.0, 84.0),
        linear(88.0, 58.0, 45.0),
    ];
    let x = (melanin.clamp(0.0, 0.999)) * 3.0;
    let i = x as usize;
    let c = mix(stops[i], stops[i + 1], x - i as f32);
    [c[0] * (1.0 + 0.6 * tone), c[1] * (1.0 + 0.2 * tone), c[2] * (1.0 - 1.6 * tone)]
}

fn lip_colour(r: &Reader<'_>, skin: Rgb) -> Rgb {
    let red = r.share(Trait::LipColour, -0.2, 0.8);
    let tint = [skin[0] * 0.78, skin[1] * 0.42, skin[2] * 0.48];
    mix([skin[0] * 0.86, skin[1] * 0.66, skin[2] * 0.68], tint, red)
}

fn iris_colour(r: &Reader<'_>, melanin: f32) -> Rgb {
    let light = r.share(Trait::IrisLight, 0.3 - 2.2 * melanin, 1.0);
    let green = r.share(Trait::IrisGreen, -0.3, 1.0);
    let pale = mix(linear(112.0, 150.0, 190.0), linear(120.0, 140.0, 90.0), green);
    mix(linear(58.0, 34.0, 20.0), pale, light)
}

fn base(r: &Reader<'_>, c: Colours) -> Face {
    let nose_y = r.at(Trait::NoseLength, 0.57, 0.045);
    let mouth_y = nose_y + r.at(Trait::MouthHeight, 0.585, 0.035);
    Face {
        half_width: r.at(Trait::HeadWidth, 1.17, 0.055),
        top: 1.80,
        bottom: mouth_y + r.at(Trait::FaceLength, 0.71, 0.06),
        half_depth: 1.45,
        jaw: r.at(Trait::Jaw, 0.17, 0.055),
        cheek: r.at(Trait::Cheekbone, 0.07, 0.03),
        cheek_y: r.at(Trait::CheekHeight, 0.48, 0.06),
        chin: r.at(Trait::ChinSize, 0.12, 0.04),
        chin_width: r.at(Trait::ChinWidth, 0.36, 0.05),
        ear: r.at(Trait::EarSize, 0.36, 0.04),
        ear_stick: r.at(Trait::EarStick, 0.05, 0.04),
        eye_x: 0.5 * r.at(Trait::EyeSpacing, 1.0, 0.04),
        eye_half: r.at(Trait::EyeWidth, 0.235, 0.016),
        eye_open: r.at(Trait::EyeOpening, 0.105, 0.016),
        eye_slant: r.at(Trait::EyeSlant, 0.05, 0.06),
        lid: 1.0,
        lid_full: r.at(Trait::LidCrease, 0.075, 0.022),
        crease: r.share(Trait::LidCrease, 0.2, 0.8),
        socket: r.at(Trait::EyeDepth, 0.10, 0.03),
        gaze: [0.0; 2],
        iris: c.iris,
        brow_y: -r.at(Trait::BrowHeight, 0.335, 0.035),
        brow_thick: r.at(Trait::BrowThickness, 0.062, 0.016),
        brow_slope: r.at(Trait::BrowAngle, 0.03, 0.06),
        brow_arch: r.at(Trait::BrowArch, 0.09, 0.035),
        brow_half: r.at(Trait::BrowLength, 0.33, 0.03),
        brow_density: 0.45 + 0.5 * r.share(Trait::BrowDensity, 0.4, 0.9),
        nose_y,
        nose_base_y: nose_y + 0.12,
        nose_half: r.at(Trait::NoseWidth, 0.27, 0.03),
        bridge_half: r.at(Trait::NoseBridge, 0.165, 0.02),
        nose_rise: r.at(Trait::NoseRise, 0.33, 0.045),
        nose_tip: r.at(Trait::NoseTip, 0.07, 0.022),
        mouth_y,
        mouth_half: r.at(Trait::MouthWidth, 0.405, 0.035),
        upper_lip: r.at(Trait::UpperLip, 0.085, 0.02),
        lower_lip: r.at(Trait::LowerLip, 0.115, 0.022),
        corner_rise: r.at(Trait::MouthCurve, 0.02, 0.02),
        mouth_open: 0.0,
        smile: 0.0,
        lip: c.lip,
        skin: c.skin,
        flush: r.share(Trait::Flush, -0.4, 0.8),
        freckles: (r.share(Trait::Freckles, -1.6, 1.4) - 0.1).max(0.0),
        wrinkles: r.share(Trait::Wrinkles, -0.7, 1.0),
        dark_circles: r.share(Trait::DarkCircles, -0.8, 0.9),
        moles: [
            [0.42 * r.z(Trait::MoleX), 0.75 + 0.45 * r.z(Trait::MoleY), mole(r.z(Trait::MoleSize))],
            [0.42 * r.z(Trait::Mole2X), 0.55 + 0.5 * r.z(Trait::Mole2Y), mole(r.z(Trait::Mole2Size))],
        ],
        salt: (r.z(Trait::MoleX).to_bits()) ^ r.z(Trait::Freckles).to_bits().rotate_left(9),
        hair: c.hair,
        brow_colour: c.brow,
        hairline: -r.at(Trait::Hairline, 1.08, 0.11) - 0.06 * r.z(Trait::Forehead),
        recession: r.at(Trait::Recession, 0.20, 0.16),
        hair_volume: r.at(Trait::HairVolume, 0.16, 0.05).max(0.03),
        hair_length: 0.55 + 0.75 * r.z(Trait::HairLength),
        hair_part: 0.45 * r.z(Trait::HairPart),
        hair_wave: r.share(Trait::HairWave, 0.0, 1.0),
        beard: (r.share(Trait::Beard, -0.9, 1.4) * 1.15 - 0.15).max(0.0),
        moustache: (r.share(Trait::Moustache, -0.6, 1.2) * 1.15 - 0.15).max(0.0) * r.share(Trait::Beard, 0.0, 1.3),
        beard_extent: r.at(Trait::BeardExtent, 0.0, 0.14),
    }
}

fn mole(z: f32) -> f32 {
    0.035 * (z + 0.2).max(0.0)
}
