//! Against the im2col path, which is itself tested against f64 elsewhere.
use super::*;
use crate::cpu::prelu::Params;
use crate::cpu::{conv, conv_grad, conv_weights};
use crate::geometry::Geometry;
use candle_core::Shape;

fn noise(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.
    };
    (0..len).map(|_| next()).collect()
}

fn worst(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let most = b.iter().fold(0f32, |m, v| m.max(v.abs()));
    a.iter().zip(b).fold(0f32, |m, (a, b)| m.max((a - b).abs())) / most
}

/// (batch, inputs, outputs, height, width, padding)
const SHAPES: [[usize; 6]; 11] = [
    [1, 40, 72, 7, 6, 1],
    [2, 70, 35, 9, 4, 0],
    [2, 16, 16, 8, 8, 1],
    [1, 17, 19, 7, 5, 1],
    [3, 24, 40, 13, 9, 0],
    [2, 33, 16, 4, 4, 2],
    [5, 16, 48, 3, 3, 1],
    [1, 64, 64, 28, 28, 1],
    [16, 20, 16, 7, 7, 1],
    [1, 16, 16, 3, 30, 0],
    [2, 128, 32, 14, 14, 1],
];

fn geometry([n, c, o, h, w, padding]: [usize; 6]) -> Geometry {
    Geometry::new(&Shape::from((n, c, h, w)), &Shape::from((o, c, 3, 3)), 1, padding).unwrap()
}

#[test]
fn forward_agrees_with_im2col() {
    for shape in SHAPES {
        let g = geometry(shape);
        let (x, w) = (noise(g.batch * g.in_image(), 1), noise(g.out_channels * g.patch(), 2));
        let (y, _) = forward(&g, &x, &w, true, None);
        let error = worst(&y, &conv::forward_direct(&g, &x, conv::weight_rows(&g, &w)));
        assert!(error < 1e-5, "{shape:?}: {error}");
    }
}

#[test]
fn gradients_agree_with_im2col() {
    for shape in SHAPES {
        let g = geometry(shape);
        let (x, w) = (noise(g.batch * g.in_image(), 1), noise(g.out_channels * g.patch(), 2));
        let dy = noise(g.batch * g.out_image(), 3);
        let error = worst(&input_gradient(&g, &dy, &w), &conv_grad::input_direct(&g, &dy, &w));
        assert!(error < 1e-5, "{shape:?}, input: {error}");
        let error = worst(&weight_gradient(&g, &x, &dy), &conv_weights::weights_direct(&g, &x, &dy));
        assert!(error < 2e-5, "{shape:?}, weights: {error}");
    }
}

#[test]
fn the_activation_is_prelu_of_the_convolution_plus_bias() {
    let g = geometry(SHAPES[1]);
    let (x, w) = (noise(g.batch * g.in_image(), 1), noise(g.out_channels * g.patch(), 2));
    let (bias, slope) = (noise(g.out_channels, 4), noise(g.out_channels, 5));
    let (z, y) = forward(&g, &x, &w, true, Some(Params { bias: &bias, slope: &slope }));
    for (i, (z, y)) in z.iter().zip(&y).enumerate() {
        let c = i / g.out_plane() % g.out_channels;
        let u = z + bias[c];
        let expected = if u > 0. { u } else { slope[c] * u };
        assert!((y - expected).abs() < 1e-6, "{i}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let g = geometry(SHAPES[8]);
    let (x, w) = (noise(g.batch * g.in_image(), 1), noise(g.out_channels * g.patch(), 2));
    let dy = noise(g.batch * g.out_image(), 3);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (forward(&g, &x, &w, true, None).0, input_gradient(&g, &dy, &w), weight_gradient(&g, &x, &dy)))
    };
    let one = on(1);
    assert!(on(2) == one && on(5) == one);
}

/// `cargo test --release -p l2face-ops winograd::tests::speed -- --ignored --nocapture`
#[test]
#[ignore = "prints times"]
fn speed() {
    for (c, side) in [(64, 56), (128, 28), (256, 14), (512, 7)] {
        let g = geometry([16, c, c, side, side, 1]);
        let (x, w) = (noise(g.batch * g.in_image(), 1), noise(g.out_channels * g.patch(), 2));
        let dy = noise(g.batch * g.out_image(), 3);
        let time = |f: &dyn Fn() -> Vec<f32>| {
            let run = |_| {
                let start = std::time::Instant::now();
                std::hint::black_box(f());
                start.elapsed().as_secs_f64() * 1e3
            };
            (0..12).map(run).fold(f64::INFINITY, f64::min)
        };
        println!(
            "{c:4} {side:3}: forward {:.1} / {:.1}  dx {:.1} / {:.1}  dw {:.1} / {:.1} ms",
            time(&|| forward(&g, &x, &w, true, None).0),
            time(&|| conv::forward_direct(&g, &x, conv::weight_rows(&g, &w))),
            time(&|| input_gradient(&g, &dy, &w)),
            time(&|| conv_grad::input_direct(&g, &dy, &w)),
            time(&|| weight_gradient(&g, &x, &dy)),
            time(&|| conv_weights::weights_direct(&g, &x, &dy)),
        );
    }
}
