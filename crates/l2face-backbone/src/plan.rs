//! A configuration unrolled into named steps with their shapes: the one place where sizes are worked out.
use crate::config::{FaceResNetConfig, Pool, Stage};
use candle_core::{bail, Result};

/// Side of every convolution kernel.
pub(crate) const KERNEL: usize = 3;

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A plain convolution; `tag` ("1a", "2") follows "conv", "bn" and "prelu" in variable names.
    Conv {
        tag: String,
    },
    Pool,
    Unit,
    Embedding,
}

/// One step; shapes are (channels, height, width).
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub name: String,
    pub kind: Kind,
    pub input: [usize; 3],
    pub output: [usize; 3],
}

impl Step {
    /// Weights of each convolution or matrix of this step.
    fn weights(&self) -> usize {
        let (input, output) = (self.input, self.output);
        match self.kind {
            Kind::Pool => 0,
            Kind::Embedding => input.iter().product::<usize>() * output[0],
            Kind::Conv { .. } | Kind::Unit => input[0] * output[0] * KERNEL * KERNEL,
        }
    }

    pub fn multiply_adds(&self) -> u64 {
        let convolutions = if self.kind == Kind::Unit { 2 } else { 1 };
        (convolutions * self.weights() * self.output[1] * self.output[2]) as u64
    }

    pub fn parameters(&self, config: &FaceResNetConfig) -> usize {
        let channels = self.output[0];
        // Bias and slope, or batch normalisation's weight and bias, and slope.
        let per_channel = if config.batch_norm { 3 } else { 2 };
        let convolution = self.weights() + per_channel * channels;
        match self.kind {
            Kind::Pool => 0,
            Kind::Conv { .. } => convolution,
            Kind::Unit => 2 * convolution,
            Kind::Embedding => {
                // Batch normalisation's weight and bias, or the bias alone.
                self.weights() + if config.feature_norm { 2 } else { 1 } * channels
            }
        }
    }
}

/// The steps of a network.
#[derive(Debug)]
pub(crate) struct Plan {
    pub steps: Vec<Step>,
    shape: [usize; 3],
}

impl Plan {
    pub fn new(config: &FaceResNetConfig) -> Result<Self> {
        let mut plan = Self { steps: Vec::new(), shape: [3, config.height, config.width] };
        for (i, stage) in config.stages.iter().enumerate() {
            plan.stage(i + 1, stage, config.padding)?;
        }
        plan.push("fc".into(), Kind::Embedding, [config.embedding, 1, 1])?;
        Ok(plan)
    }

    fn stage(&mut self, number: usize, stage: &Stage, padding: usize) -> Result<()> {
        for (i, channels) in stage.convs.iter().enumerate() {
            let tag = tag(number, i, stage.convs.len());
            let [_, h, w] = self.shape;
            let side = |size: usize| (size + 2 * padding).saturating_sub(KERNEL - 1);
            let name = format!("conv{tag}");
            self.push(name, Kind::Conv { tag }, [*channels, side(h), side(w)])?;
        }
        if stage.pool == Pool::BeforeUnits {
            self.pool(number)?;
        }
        for i in 0..stage.units {
            self.push(format!("layer{number}.{i}"), Kind::Unit, self.shape)?;
        }
        if stage.pool == Pool::AfterUnits {
            self.pool(number)?;
        }
        Ok(())
    }

    fn pool(&mut self, number: usize) -> Result<()> {
        let [c, h, w] = self.shape;
        self.push(format!("pool{number}"), Kind::Pool, [c, h / 2, w / 2])
    }

    fn push(&mut self, name: String, kind: Kind, output: [usize; 3]) -> Result<()> {
        if output.contains(&0) || self.shape.contains(&0) {
            let input = self.shape;
            bail!("face-resnet: {name} would turn {input:?} into {output:?} (channels, height, width): use a larger image or fewer stages");
        }
        let input = std::mem::replace(&mut self.shape, output);
        self.steps.push(Step { name, kind, input, output });
        Ok(())
    }
}

/// "1a", "1b" for the convolutions of a stage that has several; "2" for a single one.
fn tag(stage: usize, index: usize, of: usize) -> String {
    match (of, u8::try_from(index)) {
        (1, _) => stage.to_string(),
        (_, Ok(i)) if i < 26 => format!("{stage}{}", char::from(b'a' + i)),
        _ => format!("{stage}_{index}"),
    }
}
