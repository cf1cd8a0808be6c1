//! Splitting a set by people, not by images.

use crate::InMemory;

impl InMemory {
    /// The people that `keep` names, with labels renumbered in their order.
    pub fn filter_people(&self, keep: impl Fn(u32) -> bool) -> Self {
        let people: Vec<u32> = (0..self.classes as u32).filter(|label| keep(*label)).collect();
        let number = |label: u32| people.binary_search(&label).ok().map(|n| n as u32);
        let kept: Vec<(usize, u32)> =
            self.labels.iter().enumerate().filter_map(|(i, label)| Some((i, number(*label)?))).collect();
        Self {
            images: kept.iter().map(|(i, _)| self.images[*i].clone()).collect(),
            labels: kept.iter().map(|(_, label)| *label).collect(),
            ids: kept.iter().map(|(i, _)| self.ids[*i].clone()).collect(),
            classes: people.len(),
        }
    }

    /// Holds out a `share` of the people, in [0, 1), spread evenly over the labels. Returns (kept, held out).
    pub fn split_people(&self, share: f64) -> (Self, Self) {
        let before = |label: u32| (f64::from(label) * share).floor();
        let held = |label: u32| before(label + 1) > before(label);
        (self.filter_people(|label| !held(label)), self.filter_people(held))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dataset, InMemory};
    use l2face_image::Rgb8;

    #[test]
    fn a_split_keeps_people_together_and_renumbers() {
        let image = |label: u32| Rgb8::new(1, 1, vec![label as u8; 3]).unwrap();
        let items = [0, 1, 2, 3, 3, 4, 5, 6, 7].map(|label| (image(label), label));
        let all = InMemory::new(items, 8).unwrap();
        let (kept, held) = all.split_people(0.25);
        assert_eq!((kept.classes(), held.classes()), (6, 2));
        assert_eq!(kept.len() + held.len(), all.len());
        let labels: Vec<u32> = (0..held.len()).map(|i| held.label(i)).collect();
        assert_eq!(labels, [0, 0, 1]);
        assert_eq!((held.image(0).pixel(0, 0)[0], held.image(2).pixel(0, 0)[0]), (3, 7));
    }
}
