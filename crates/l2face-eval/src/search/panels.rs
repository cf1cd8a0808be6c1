//! Probes side by side.

use super::first_pass::FirstPass;

/// Some probes, `width` to a panel. Lanes that are left over, and failed probes, have bars that nothing reaches.
pub(super) struct Panels {
    pub width: usize,
    words: usize,
    data: Vec<u32>,
}

impl Panels {
    pub fn new(pass: &impl FirstPass, probes: &[usize], width: usize) -> Self {
        let words = pass.words();
        let mut data = vec![0u32; probes.len().div_ceil(width) * words * width];
        for (probes, panel) in probes.chunks(width).zip(data.chunks_exact_mut((words * width).max(1))) {
            for (lane, probe) in probes.iter().enumerate() {
                pass.write_probe(*probe, &mut panel[lane..], width);
            }
        }
        Self { width, words, data }
    }

    pub fn get(&self, panel: usize) -> &[u32] {
        let size = self.words * self.width;
        &self.data[panel * size..][..size]
    }
}
