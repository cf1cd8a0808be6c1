//! Writes frontal good renders for `tools/mtcnn_check.py`: `render_good DIR [COUNT [SIZE [SEED]]]`.

use l2face_seed::substream;
use l2face_synth::{render, Conditions, Identity, Nuisance};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = std::path::PathBuf::from(args.first().ok_or("usage: render_good DIR [COUNT [SIZE [SEED]]]")?);
    let number = |i: usize, default: u64| args.get(i).map_or(Ok(default), |a| a.parse());
    let (count, size, seed) = (number(1, 200)?, number(2, 160)?, number(3, 1)?);
    std::fs::create_dir_all(&dir)?;
    let mut csv = std::fs::File::create(dir.join("landmarks.csv"))?;
    writeln!(csv, "file,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5,quality")?;
    for i in 0..count {
        let id = Identity::sample(&mut substream(seed, "render_good/identity", i));
        let n = Nuisance::sample(&mut substream(seed, "render_good/nuisance", i), &Conditions::good());
        let picture = render(&id, &n, size as usize);
        let name = format!("{i}.png");
        std::fs::write(dir.join(&name), picture.image.encode_png()?)?;
        let points: Vec<String> = picture.landmarks.0.iter().map(|p| format!("{:.2},{:.2}", p[0], p[1])).collect();
        writeln!(csv, "{name},{},{:.4}", points.join(","), picture.quality)?;
    }
    Ok(())
}
