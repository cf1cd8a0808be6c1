//! The three kernels against the definition, also run once for each instruction set (`simd/mod.rs`).
use super::*;

/// A group's sizes; kernels may be wider than tall.
fn geometry(
    batch: usize,
    [c, h, w]: [usize; 3],
    o: usize,
    [kh, kw]: [usize; 2],
    stride: usize,
    padding: usize,
) -> Geometry {
    let out = |size: usize, kernel: usize| (size + 2 * padding - kernel) / stride + 1;
    Geometry {
        batch,
        in_channels: c,
        height: h,
        width: w,
        out_channels: o,
        kernel_h: kh,
        kernel_w: kw,
        stride,
        padding,
        out_h: out(h, kh),
        out_w: out(w, kw),
    }
}

/// Whole numbers from -4 to 4: no sum of them is rounded.
fn numbers(n: usize, seed: usize) -> Vec<f32> {
    (0..n).map(|i| ((i * 37 + seed * 11) % 101 % 9) as f32 - 4.).collect()
}

/// Every (place in y, place in x, place in w) of the definition.
fn terms(g: &Geometry, groups: usize) -> Vec<[usize; 3]> {
    let (mut terms, area) = (Vec::new(), g.kernel_area());
    for at in 0..g.batch * groups * g.out_image() {
        let (plane, i, j) = (at / g.out_plane(), at / g.out_w % g.out_h, at % g.out_w);
        let (image, out) = (plane / (groups * g.out_channels), plane % (groups * g.out_channels));
        for tap in 0..g.patch() {
            let (c, a, b) = (tap / area, tap % area / g.kernel_w, tap % g.kernel_w);
            let (row, column) = (i * g.stride + a, j * g.stride + b);
            let inside =
                (g.padding..g.height + g.padding).contains(&row) && (g.padding..g.width + g.padding).contains(&column);
            if inside {
                let channel = (image * groups + out / g.out_channels) * g.in_channels + c;
                terms.push([
                    at,
                    (channel * g.height + row - g.padding) * g.width + column - g.padding,
                    out * g.patch() + tap,
                ]);
            }
        }
    }
    terms
}

#[test]
fn the_definition() {
    for (groups, g) in [
        (3, geometry(2, [4, 9, 17], 4, [3, 3], 1, 1)),
        (5, geometry(2, [1, 8, 33], 1, [3, 3], 2, 1)),
        (2, geometry(1, [2, 7, 19], 6, [3, 2], 1, 0)),
        (2, geometry(3, [5, 6, 5], 3, [1, 1], 1, 0)),
        (1, geometry(2, [3, 13, 35], 9, [7, 7], 2, 3)),
        (7, geometry(1, [1, 7, 7], 1, [7, 7], 1, 0)),
    ] {
        let x = numbers(g.batch * groups * g.in_image(), 1);
        let w = numbers(groups * g.out_channels * g.patch(), 2);
        let dy = numbers(g.batch * groups * g.out_image(), 3);
        let (mut y, mut dx, mut dw) = (vec![0.; dy.len()], vec![0.; x.len()], vec![0.; w.len()]);
        for [at, from, weight] in terms(&g, groups) {
            y[at] += x[from] * w[weight];
            dx[from] += dy[at] * w[weight];
            dw[weight] += dy[at] * x[from];
        }
        assert_eq!(forward(&g, groups, &x, &w), y, "y of {g:?}");
        assert_eq!(input(&g, groups, &dy, &w), dx, "dx of {g:?}");
        assert_eq!(weights(&g, groups, &x, &dy), dw, "dw of {g:?}");
    }
}
