//! Renders 500 pictures of 96 pixels under the default conditions on one thread and prints the time for each.

use l2face_seed::substream;
use l2face_synth::{render, Conditions, Identity, Nuisance};

fn main() {
    let start = std::time::Instant::now();
    let mut sum = 0u64;
    for i in 0..500 {
        let id = Identity::sample(&mut substream(1, "identity", i));
        let n = Nuisance::sample(&mut substream(1, "nuisance", i), &Conditions::default());
        sum += u64::from(render(&id, &n, 96).image.pixel(48, 48)[1]);
    }
    println!("{:.3} ms a picture (check {sum})", start.elapsed().as_secs_f64() * 2.0);
}
