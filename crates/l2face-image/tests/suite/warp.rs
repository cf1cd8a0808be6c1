use crate::common::{differences, similarity, source};
use l2face_image::{warp, warp_antialiased, Rgb8, Similarity};

/// The cases of make_fixtures.py: scale, angle, shift; each 32 x 28 from the 70 x 60 source.
const CASES: [(f64, f64, f64, f64); 4] =
    [(0.7, 0.3, 9.3, -5.7), (1.7, -1.2, -20.25, 40.5), (0.31, 3.0, 26.1, 20.2), (1.0, 0.0, 0.5, 0.25)];

#[test]
fn agrees_with_opencv() {
    let expected = include_bytes!("../fixtures/cv2_warp.bin");
    for (case, reference) in CASES.iter().zip(expected.chunks(3 * 32 * 28)) {
        let &(scale, angle, tx, ty) = case;
        let ours = warp(&source(70, 60), &similarity(scale, angle, tx, ty), 32, 28);
        let (max, mean) = differences(ours.data(), reference);
        assert!(max <= 2 && mean < 0.05, "{case:?}: {max} {mean}");
        let inked = reference.iter().filter(|v| **v > 0).count();
        assert!(inked > reference.len() / 5 && inked < reference.len(), "the case shows picture and border");
    }
}

#[test]
fn identity_and_shift_copy_pixels() {
    let image = source(20, 15);
    assert_eq!(warp(&image, &Similarity::identity(), 20, 15), image);
    let shifted = warp(&image, &similarity(1.0, 0.0, 3.0, -2.0), 20, 15);
    assert_eq!(shifted.pixel(10, 5), image.pixel(7, 7));
    assert_eq!(shifted.pixel(2, 5), [0, 0, 0], "left of the photograph");
    assert_eq!(shifted.pixel(10, 13), [0, 0, 0], "below it");
}

#[test]
fn huge_coordinates_and_empty_crops_are_harmless() {
    let image = source(20, 15);
    for transform in
        [similarity(1e-12, 1.0, 0.0, 0.0), similarity(1e12, 1.0, 1e300, 0.0), similarity(1.0, 0.0, -1e18, 5.0)]
    {
        for crop in [warp(&image, &transform, 4, 4), warp_antialiased(&image, &transform, 4, 4)] {
            assert!(crop.data()[12..].iter().filter(|v| **v > 0).count() <= 36);
            assert_eq!((crop.width(), crop.height()), (4, 4));
        }
    }
    assert_eq!(warp(&image, &Similarity::identity(), 0, 0).data().len(), 3);
}

/// Pixel edges on pixel edges: crop = (source + 0.5) * scale - 0.5, as a resize does it.
fn resize_like(scale: f64) -> Similarity {
    similarity(scale, 0.0, (scale - 1.0) / 2.0, (scale - 1.0) / 2.0)
}

/// Away from the border (0 here, the edge's pixels there) a reduction is Pillow's, whose filter is the same triangle.
#[test]
fn antialiased_reduction_agrees_with_pillow() {
    for (width, factor) in [(90, 2.0), (93, 3.0), (91, 3.5), (96, 6.0), (132, 11.0)] {
        let image = source(width, width);
        let size = (width as f64 / factor) as usize;
        let ours = warp_antialiased(&image, &resize_like(1.0 / factor), size, size);
        let theirs = image.resized(size, size);
        let inner = |i: &Rgb8| Rgb8::from_fn(size - 4, size - 4, |x, y| i.pixel(x + 2, y + 2));
        let (max, mean) = differences(inner(&ours).data(), inner(&theirs).data());
        let plain = warp(&image, &resize_like(1.0 / factor), size, size);
        let (_, aliased) = differences(inner(&plain).data(), inner(&theirs).data());
        eprintln!("reduction {factor}: max {max}, mean {mean:.2}; plain bilinear mean {aliased:.2}");
        assert!(max <= 16 && mean < 3.0, "{factor}: {max} {mean}");
        assert!(mean < 0.4 * aliased, "{factor}: {mean} {aliased}");
    }
}

#[test]
fn a_fine_checkerboard_becomes_grey() {
    let board = Rgb8::from_fn(256, 256, |x, y| [((x + y) % 2 * 255) as u8; 3]);
    for scale in [0.05, 0.13, 0.3, 0.45] {
        let crop = warp_antialiased(&board, &similarity(scale, 0.4, 10.0, -5.0), 12, 12);
        let transform = similarity(scale, 0.4, 10.0, -5.0).inverse();
        for (x, y) in (0..144).map(|i| (i % 12, i / 12)) {
            let [sx, sy] = transform.apply([x as f64, y as f64]);
            let margin = 2.0 / scale;
            if [sx, sy].iter().all(|v| (margin..255.0 - margin).contains(v)) {
                let v = crop.pixel(x, y)[0];
                assert!(v.abs_diff(127) <= 16, "scale {scale}: {v}");
            }
        }
    }
}

#[test]
fn without_reduction_both_agree() {
    let image = Rgb8::from_fn(40, 40, |x, y| [(x * 6) as u8, (y * 6) as u8, 77]);
    let transform = similarity(1.3, 0.7, 4.0, -20.0);
    let (a, b) = (warp(&image, &transform, 32, 32), warp_antialiased(&image, &transform, 32, 32));
    let inside = |x: usize, y: usize| {
        let p = transform.inverse().apply([x as f64, y as f64]);
        p.iter().all(|v| (0.0..39.0).contains(v))
    };
    let pixels = (0..32 * 32).map(|i| (i % 32, i / 32)).filter(|(x, y)| inside(*x, *y));
    let worst = pixels.map(|(x, y)| differences(&a.pixel(x, y), &b.pixel(x, y)).0);
    assert!(worst.max().unwrap() <= 1);
}
