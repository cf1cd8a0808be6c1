//! Probes side by side.

use super::first_pass::FirstPass;

/// Some probes, `width` to a panel. Lanes that are left over, and failed probes, have bars that nothing reaches.
pub(super) struct Panels {
    pub width: usize,
    /// First probe and number of probes of each panel.
    pub spans: Vec<(usize, usize)>,
    words: usize,
    data: Vec<u32>,
}

impl Panels {
    pub fn new(pass: &impl FirstPass, from: usize, to: usize, width: usize) -> Self {
        let words = pass.words();
        let spans: Vec<_> = (from..to).step_by(width).map(|first| (first, width.min(to - first))).collect();
        let mut data = vec![0u32; spans.len() * words * width];
        for ((first, count), panel) in spans.iter().zip(data.chunks_exact_mut((words * width).max(1))) {
            for lane in 0..*count {
                pass.write_probe(first + lane, &mut panel[lane..], width);
            }
        }
        Self { width, spans, words, data }
    }

    pub fn get(&self, panel: usize) -> &[u32] {
        let size = self.words * self.width;
        &self.data[panel * size..][..size]
    }
}
