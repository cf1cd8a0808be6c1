//! The three networks as tables, by the names and shapes of facenet-pytorch's state dicts (Zhang et al., arXiv 1604.02878, figure 2).

/// A step of a network. Convolutions have stride 1 and no padding; both kinds of layer end in PReLU.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// `conv{name}` and `prelu{name}`.
    Conv { name: &'static str, outputs: usize, kernel: usize },
    /// Largest of kernel x kernel pixels, 2 apart, the pixels left over included.
    Pool { kernel: usize },
    /// `dense{name}` and `prelu{name}` over all that is left: side x side pixels, which it reads column by column.
    Dense { name: &'static str, outputs: usize, side: usize },
}

/// One network: 3 channels, then the steps, then the heads beside one another.
#[derive(Debug)]
pub struct Plan {
    /// Names begin with this and a dot.
    pub name: &'static str,
    pub steps: &'static [Step],
    /// Name and outputs: two classes (other, face), four shifts of the edges, and O-Net's ten coordinates (x of the five points, then y).
    pub heads: &'static [(&'static str, usize)],
    /// Whether the heads are convolutions of one pixel, so that the network has an answer for each place.
    pub slides: bool,
}

use Step::{Conv, Dense, Pool};

/// Proposes: a photograph to an answer for each 12 x 12 window, 2 pixels apart.
pub const PNET: Plan = Plan {
    name: "pnet",
    steps: &[
        Conv { name: "1", outputs: 10, kernel: 3 },
        Pool { kernel: 2 },
        Conv { name: "2", outputs: 16, kernel: 3 },
        Conv { name: "3", outputs: 32, kernel: 3 },
    ],
    heads: &[("conv4_1", 2), ("conv4_2", 4)],
    slides: true,
};

/// Refines: 24 x 24 pixels.
pub const RNET: Plan = Plan {
    name: "rnet",
    steps: &[
        Conv { name: "1", outputs: 28, kernel: 3 },
        Pool { kernel: 3 },
        Conv { name: "2", outputs: 48, kernel: 3 },
        Pool { kernel: 3 },
        Conv { name: "3", outputs: 64, kernel: 2 },
        Dense { name: "4", outputs: 128, side: 3 },
    ],
    heads: &[("dense5_1", 2), ("dense5_2", 4)],
    slides: false,
};

/// Decides, and gives the points: 48 x 48 pixels.
pub const ONET: Plan = Plan {
    name: "onet",
    steps: &[
        Conv { name: "1", outputs: 32, kernel: 3 },
        Pool { kernel: 3 },
        Conv { name: "2", outputs: 64, kernel: 3 },
        Pool { kernel: 3 },
        Conv { name: "3", outputs: 64, kernel: 3 },
        Pool { kernel: 2 },
        Conv { name: "4", outputs: 128, kernel: 2 },
        Dense { name: "5", outputs: 256, side: 3 },
    ],
    heads: &[("dense6_1", 2), ("dense6_2", 4), ("dense6_3", 10)],
    slides: false,
};

impl Plan {
    /// Names, after `name` and a dot, and shapes of all variables.
    pub fn variables(&self) -> Vec<(String, Vec<usize>)> {
        let (mut all, mut inputs) = (Vec::new(), 3);
        for step in self.steps {
            let (kind, name, outputs, weight) = match *step {
                Pool { .. } => continue,
                Conv { name, outputs, kernel } => ("conv", name, outputs, vec![outputs, inputs, kernel, kernel]),
                Dense { name, outputs, side } => ("dense", name, outputs, vec![outputs, inputs * side * side]),
            };
            all.push((format!("{kind}{name}.weight"), weight));
            all.push((format!("{kind}{name}.bias"), vec![outputs]));
            all.push((format!("prelu{name}.weight"), vec![outputs]));
            inputs = outputs;
        }
        for (name, outputs) in self.heads {
            let pixel = if self.slides { vec![1, 1] } else { vec![] };
            all.push((format!("{name}.weight"), [vec![*outputs, inputs], pixel].concat()));
            all.push((format!("{name}.bias"), vec![*outputs]));
        }
        all
    }
}
