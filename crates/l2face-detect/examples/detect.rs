//! Faces of a folder's photographs as CSV: `cargo run --release -p l2face-detect --example detect -- --weights W --images DIR --out FILE`
use anyhow::{ensure, Context, Result};
use candle_core::Device;
use clap::Parser;
use l2face_detect::{nearest_centre, weights, Face, Mtcnn, MtcnnConfig};
use l2face_image::Rgb8;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The columns: a face's score, its box, the five points, left and right as the subject has them.
const COLUMNS: &str = "file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,\
                       right_mouth_x,right_mouth_y,left_mouth_x,left_mouth_y";

#[derive(Parser)]
struct Options {
    /// MTCNN's weights: a file, or a folder of pnet, rnet and onet.
    #[arg(long)]
    weights: PathBuf,
    /// A folder whose photographs are taken, also those in its folders, or a text file with a path on each line.
    #[arg(long)]
    images: PathBuf,
    /// The CSV.
    #[arg(long)]
    out: PathBuf,
    /// Writes what was decoded to this folder, as PNG.
    #[arg(long)]
    pixels: Option<PathBuf>,
    /// Every face, not the one near the centre alone.
    #[arg(long)]
    all: bool,
    /// This many photographs, spread evenly over the sorted list.
    #[arg(long)]
    spread: Option<usize>,
    /// Side of the smallest face, pixels.
    #[arg(long, default_value_t = 20.)]
    min_face: f64,
    /// Photographs at once.
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// Detects everything this many times, and reports each time.
    #[arg(long, default_value_t = 1)]
    repeat: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    ensure!(options.batch > 0 && options.repeat > 0, "--batch and --repeat must be at least 1");
    let config = MtcnnConfig { min_face_size: options.min_face, ..MtcnnConfig::default() };
    let detector = Mtcnn::new(config, &weights::load(&options.weights, &Device::Cpu)?)?;
    let files = spread(files(&options.images)?, options.spread);
    ensure!(!files.is_empty(), "{}: no photographs (.jpg, .jpeg, .png)", options.images.display());
    let mut csv = csv::WriterBuilder::new().flexible(true).from_path(&options.out)?;
    csv.write_record(COLUMNS.split(','))?;
    for repeat in 0..options.repeat {
        let (mut spent, mut with_face) = (Duration::ZERO, 0);
        for files in files.chunks(options.batch) {
            let images = files.iter().map(|f| Rgb8::open(f)).collect::<Result<Vec<_>, _>>()?;
            let start = Instant::now();
            let found = detector.detect(&images)?;
            spent += start.elapsed();
            with_face += found.iter().filter(|faces| !faces.is_empty()).count();
            if repeat == 0 {
                let mut all = files.iter().zip(&images).zip(&found);
                all.try_for_each(|((file, image), faces)| write(&mut csv, file, image, faces, options.all))?;
                let to = options.pixels.iter().flat_map(|folder| files.iter().zip(&images).map(move |f| (folder, f)));
                to.into_iter().try_for_each(|(folder, (file, image))| write_png(folder, file, image))?;
            }
        }
        let rate = files.len() as f64 / spent.as_secs_f64();
        eprintln!("{} photographs, {with_face} with a face, {rate:.2} photographs/s without decoding", files.len());
    }
    Ok(csv.flush()?)
}

fn write(csv: &mut csv::Writer<std::fs::File>, file: &Path, image: &Rgb8, faces: &[Face], all: bool) -> Result<()> {
    let chosen: Vec<&Face> = match all {
        true => faces.iter().collect(),
        false => nearest_centre(faces, image.width(), image.height()).into_iter().collect(),
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if chosen.is_empty() {
        let empty = COLUMNS.split(',').skip(1).map(|_| "");
        csv.write_record(std::iter::once(&*name).chain(empty))?;
    }
    for face in chosen {
        let b = face.bbox;
        let numbers = [b.x, b.y, b.width, b.height].into_iter().chain(face.points.0.into_iter().flatten());
        let fields = std::iter::once(format!("{:.4}", face.score)).chain(numbers.map(|v| format!("{v:.2}")));
        csv.write_record(std::iter::once(name.to_string()).chain(fields))?;
    }
    Ok(())
}

fn write_png(folder: &Path, file: &Path, image: &Rgb8) -> Result<()> {
    let path = folder.join(file.with_extension("png").file_name().unwrap_or_default());
    std::fs::write(&path, image.encode_png()?).with_context(|| path.display().to_string())
}

/// Photographs of a folder and its folders, or the lines of a list, sorted.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    match path.is_dir() {
        true => collect(path, &mut files)?,
        false => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            files.extend(text.lines().filter(|line| !line.trim().is_empty()).map(PathBuf::from));
        }
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_photograph = |e: &std::ffi::OsStr| ["jpg", "jpeg", "png"].iter().any(|p| e.eq_ignore_ascii_case(p));
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(is_photograph) {
            files.push(path);
        }
    }
    Ok(())
}

fn spread(files: Vec<PathBuf>, count: Option<usize>) -> Vec<PathBuf> {
    let total = files.len();
    let count = count.unwrap_or(total).min(total);
    (0..count).map(|i| files[i * total / count].clone()).collect()
}
