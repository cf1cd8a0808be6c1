//! The sizes of the whole releases.

use super::IjbSet;
use crate::protocol::{repeated_pairs, Counts, Face, Search, Verification};

/// Images, templates, pairs, genuine pairs, two galleries, probes; from the two papers and InsightFace's protocol files. IJB-B's
/// 931 + 914 + 10,270 templates are its 12,115, IJB-C's 1,772 + 1,759 + 19,593 its 23,124.
fn published(set: IjbSet) -> [u64; 7] {
    match set {
        IjbSet::B => [227_630, 12_115, 8_010_270, 10_270, 931, 914, 10_270],
        IjbSet::C => [469_375, 23_124, 15_658_489, 19_557, 1_772, 1_759, 19_593],
    }
}

pub(super) fn counts(
    set: IjbSet,
    faces: &[Face],
    verify: &Verification,
    searches: &[Search],
    repeated_rows: usize,
) -> Counts {
    let [images, templates, pairs, genuine, first, second, probes] = published(set).map(Some);
    let mut counts = Counts::default();
    counts.add("face images", faces.len(), images);
    counts.add("templates of 1:1", verify.templates.len(), templates);
    counts.add("comparisons", verify.pairs.len(), pairs);
    counts.add("genuine comparisons", verify.pairs.iter().filter(|p| verify.is_genuine(**p)).count(), genuine);
    for ((search, name), size) in searches.iter().zip(set.galleries()).zip([first, second]) {
        counts.add(&format!("templates of gallery {name}"), search.gallery.len(), size);
    }
    if let Some(search) = searches.first() {
        counts.add("probes", search.probes.len(), probes);
    }
    counts.add_repeats(repeated_rows, repeated_pairs(&verify.pairs));
    counts
}
