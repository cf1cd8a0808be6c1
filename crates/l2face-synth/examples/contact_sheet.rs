//! Draws people (rows) under different conditions (columns): `contact_sheet FILE.png [PEOPLE [SIZE]]`.

use l2face_image::Rgb8;
use l2face_seed::{stream, substream};
use l2face_synth::{render, walk, Conditions, Cover, Identity, Nuisance};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = args.first().ok_or("usage: contact_sheet FILE.png [PEOPLE [SIZE]]")?;
    let people = args.get(1).map_or(Ok(8), |a| a.parse::<u64>())?;
    let size = args.get(2).map_or(Ok(96), |a| a.parse::<usize>())?;
    let states = states();
    let mut sheet = vec![0u8; 3 * size * size * states.len() * people as usize];
    for row in 0..people {
        let id = Identity::sample(&mut substream(1, "contact/identity", row));
        for (column, state) in states.iter().enumerate() {
            let picture = render(&id, &Nuisance { scene: row * 100 + state.scene, ..state.clone() }, size).image;
            paste(&picture, &mut sheet, states.len() * size, [column * size, row as usize * size]);
        }
    }
    let sheet = Rgb8::new(states.len() * size, people as usize * size, sheet)?;
    std::fs::write(file, sheet.encode_png()?)?;
    Ok(())
}

fn paste(picture: &Rgb8, sheet: &mut [u8], width: usize, at: [usize; 2]) {
    for (y, row) in picture.data().chunks_exact(3 * picture.width()).enumerate() {
        let start = 3 * ((at[1] + y) * width + at[0]);
        sheet[start..start + row.len()].copy_from_slice(row);
    }
}

/// One state for each kind of nuisance, then two draws from the default conditions and two frames of a video.
fn states() -> Vec<Nuisance> {
    let base = Nuisance { scene: 1, ..Nuisance::neutral() };
    let c = |change: fn(&mut Nuisance)| {
        let mut n = base.clone();
        change(&mut n);
        n
    };
    let mut states = vec![
        c(|_| ()),
        c(|n| n.yaw = 0.45),
        c(|n| n.yaw = -0.9),
        c(|n| (n.pitch, n.roll) = (0.3, 0.2)),
        c(|n| (n.light_azimuth, n.ambient) = (1.3, 0.4)),
        c(|n| (n.mouth_open, n.smile, n.brow_raise) = (0.7, 0.8, 0.7)),
        c(|n| (n.eyes_closed, n.smile) = (1.0, -0.6)),
        c(|n| n.cover = Cover::Glasses),
        c(|n| n.cover = Cover::Sunglasses),
        c(|n| n.cover = Cover::Scarf { top: 0.7 }),
        c(|n| n.cover = Cover::Hand { at: [0.5, 0.9], radius: 0.6 }),
        c(|n| (n.blur, n.noise) = (0.1, 8.0)),
        c(|n| (n.resolution, n.compression) = (6.0, 25.0)),
    ];
    let draw = |i| Nuisance::sample(&mut substream(1, "contact/nuisance", i), &Conditions::default());
    states.extend((0..3).map(draw));
    states.extend(walk(&mut stream(1, "contact/video"), &Conditions::default(), 2));
    states
}
