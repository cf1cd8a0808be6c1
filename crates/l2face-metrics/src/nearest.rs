//! The vertex nearest to a target among those where the curve turns, found near the target instead of on a stored curve.

use crate::vertex::{Vertex, ORIGIN};
use crate::ScoreSet;

/// Does scikit-learn keep this vertex when it drops collinear ones? The first and the last are kept, and those where the step of
/// either count changes. `at` is a vertex other than the origin.
pub(crate) fn is_corner(set: &ScoreSet, at: Vertex) -> bool {
    let (Some(before), Some((_, after))) = (set.vertex_before(at), set.vertex_after(at)) else {
        return true;
    };
    before == ORIGIN
        || after.genuine + before.genuine != 2 * at.genuine
        || after.impostor + before.impostor != 2 * at.impostor
}

/// Of the corners and the origin the one whose FAR is nearest to `far`; of equally near ones that of larger FAR, then of larger TAR.
/// `below` is the last vertex with a FAR of at most `far`.
pub(crate) fn nearest_corner(set: &ScoreSet, far: f64, below: Vertex) -> Vertex {
    let low = corner_at_or_before(set, below);
    let distance = |at: Vertex| (set.far_of(at) - far).abs();
    match corner_after(set, below) {
        Some(high) if distance(high) <= distance(low) => high,
        _ => low,
    }
}

fn corner_at_or_before(set: &ScoreSet, mut at: Vertex) -> Vertex {
    while at != ORIGIN && !is_corner(set, at) {
        at = set.vertex_before(at).unwrap_or(ORIGIN);
    }
    at
}

/// The next corner after `at`, and of those with its FAR the last.
fn corner_after(set: &ScoreSet, at: Vertex) -> Option<Vertex> {
    let walk = std::iter::successors(set.vertex_after(at), |(_, v)| set.vertex_after(*v)).map(|(_, v)| v);
    let mut corners = walk.filter(|v| is_corner(set, *v));
    let first = corners.next()?;
    Some(corners.take_while(|v| v.impostor == first.impostor).last().unwrap_or(first))
}
