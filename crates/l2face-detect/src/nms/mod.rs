//! Non-maximum suppression: of boxes that overlap, the one with the highest score stays.
mod places;

use crate::corners::Corners;
use places::Places;

/// More boxes than this are looked up by place: a large photograph may have millions, too many for all pairs.
const MANY: usize = 2_000;

/// What the common area of two boxes is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// The area of both together, sides as right - left (torchvision's `nms`). Among equal scores the first wins.
    Union,
    /// The area of the smaller one, sides as right - left + 1 (`"Min"` in MTCNN's code). Among equal scores the last wins.
    Smaller,
}

impl Overlap {
    fn extra(self) -> f32 {
        match self {
            Self::Union => 0.,
            Self::Smaller => 1.,
        }
    }

    fn area(self, b: Corners) -> f32 {
        (b[2] - b[0] + self.extra()) * (b[3] - b[1] + self.extra())
    }

    /// The share of two boxes whose areas are known.
    fn share(self, (a, area_a): (Corners, f32), (b, area_b): (Corners, f32)) -> f32 {
        let width = (a[2].min(b[2]) - a[0].max(b[0]) + self.extra()).max(0.);
        let height = (a[3].min(b[3]) - a[1].max(b[1]) + self.extra()).max(0.);
        let common = width * height;
        match self {
            Self::Union => common / (area_a + area_b - common),
            Self::Smaller => common / area_a.min(area_b),
        }
    }
}

/// Indices of the boxes that stay, the highest score first: each whose share with every box kept before it is at most `limit`.
pub fn kept(boxes: &[(Corners, f32)], limit: f64, overlap: Overlap) -> Vec<usize> {
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    if overlap == Overlap::Smaller {
        order.reverse();
    }
    order.sort_by(|a, b| boxes[*b].1.total_cmp(&boxes[*a].1));
    let areas: Vec<f32> = boxes.iter().map(|(b, _)| overlap.area(*b)).collect();
    let with_area = |i: usize| (boxes[i].0, areas[i]);
    let apart = |a: usize, b: usize| f64::from(overlap.share(with_area(a), with_area(b))) <= limit;
    match boxes.len() > MANY && Places::suit(overlap, limit) {
        true => by_place(boxes, &order, apart),
        false => by_pairs(order, apart),
    }
}

fn by_pairs(mut order: Vec<usize>, apart: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut kept = Vec::new();
    while let Some((&best, rest)) = order.split_first() {
        kept.push(best);
        order = rest.iter().copied().filter(|i| apart(best, *i)).collect();
    }
    kept
}

fn by_place(boxes: &[(Corners, f32)], order: &[usize], apart: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut places = Places::default();
    let stays = |i: &usize| {
        let stays = places.near(boxes[*i].0).all(|better| apart(better, *i));
        if stays {
            places.add(boxes[*i].0, *i);
        }
        stays
    };
    order.iter().copied().filter(stays).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The share by counting: boxes with whole edges are sets of unit cells.
    fn counted(a: Corners, b: Corners, overlap: Overlap) -> f64 {
        let cells = |b: Corners| -> std::collections::BTreeSet<(i32, i32)> {
            let extra = overlap.extra() as i32;
            let (x, y) = (b[0] as i32..b[2] as i32 + extra, b[1] as i32..b[3] as i32 + extra);
            y.flat_map(|y| x.clone().map(move |x| (x, y))).collect()
        };
        let (a, b) = (cells(a), cells(b));
        let common = a.intersection(&b).count() as f64;
        match overlap {
            Overlap::Union => common / a.union(&b).count() as f64,
            Overlap::Smaller => common / a.len().min(b.len()) as f64,
        }
    }

    /// By definition, pair by pair: a box stays if no better one that stays overlaps it.
    fn slow(boxes: &[(Corners, f32)], limit: f64, overlap: Overlap) -> Vec<usize> {
        let better = |a: usize, b: usize| match (boxes[a].1.total_cmp(&boxes[b].1), overlap) {
            (std::cmp::Ordering::Equal, Overlap::Union) => a < b,
            (std::cmp::Ordering::Equal, Overlap::Smaller) => a > b,
            (order, _) => order.is_gt(),
        };
        let rank = |i: usize| (0..boxes.len()).filter(|j| better(*j, i)).count();
        let mut by_rank: Vec<usize> = (0..boxes.len()).collect();
        by_rank.sort_by_key(|i| rank(*i));
        let mut stay: Vec<usize> = Vec::new();
        for i in by_rank {
            if stay.iter().all(|j| counted(boxes[*j].0, boxes[i].0, overlap) <= limit) {
                stay.push(i);
            }
        }
        stay
    }

    fn boxes() -> impl Strategy<Value = Vec<(Corners, f32)>> {
        let one = (0i32..12, 0i32..12, 1i32..12, 1i32..12, 0u8..6);
        let corners = |(x, y, w, h, s)| ([x, y, x + w, y + h].map(|v: i32| v as f32), f32::from(s) / 5.);
        proptest::collection::vec(one.prop_map(corners), 0..25)
    }

    proptest! {
        #[test]
        fn the_slow_formula_agrees(boxes in boxes(), limit in 0.05f64..0.95) {
            // No share of cells is within 1e-4 of this limit, so that rounding cannot matter.
            let limit = (limit * 97.).floor() / 97. + 0.000_3;
            for overlap in [Overlap::Union, Overlap::Smaller] {
                prop_assert_eq!(kept(&boxes, limit, overlap), slow(&boxes, limit, overlap));
            }
        }
    }

    proptest! {
        #[test]
        fn by_place_as_by_pairs(boxes in boxes(), stretch in 0.3f32..40., limit in 0.5f64..0.95) {
            let boxes: Vec<_> = boxes.iter().map(|(b, s)| (b.map(|v| v * stretch - 90.), *s)).collect();
            let order: Vec<usize> = (0..boxes.len()).collect();
            let area = |i: usize| (boxes[i].0, Overlap::Union.area(boxes[i].0));
            let apart = |a, b| f64::from(Overlap::Union.share(area(a), area(b))) <= limit;
            prop_assert_eq!(by_place(&boxes, &order, apart), by_pairs(order, apart));
        }
    }

    #[test]
    fn many_boxes_are_soon_done() {
        // Windows of 12 pixels, one a pixel, as a large photograph may have them.
        let at = |i: usize| [i % 1000, i / 1000].map(|v| v as f32);
        let corners = |[x, y]: [f32; 2]| [x, y, x + 12., y + 12.];
        let boxes: Vec<_> = (0..250_000).map(|i| (corners(at(i)), (i * 37 % 1009) as f32)).collect();
        let kept = kept(&boxes, 0.5, Overlap::Union);
        assert!((5_000..30_000).contains(&kept.len()), "{}", kept.len());
    }

    #[test]
    fn a_share_equal_to_the_limit_stays() {
        let boxes = [([0., 0., 2., 2.], 0.9), ([0., 0., 2., 1.], 0.8)];
        assert_eq!(kept(&boxes, 0.5, Overlap::Union), [0, 1]);
        assert_eq!(kept(&boxes, 0.49, Overlap::Union), [0]);
    }

    #[test]
    fn a_nan_ends() {
        let boxes = [([0., 0., f32::NAN, 2.], 0.9), ([0., 0., 2., 1.], f32::NAN)];
        assert!(kept(&boxes, 0.5, Overlap::Union).len() <= 2);
    }
}
