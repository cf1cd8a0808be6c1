//! A pickle that was read.
use crate::machine::Machine;
use crate::measure::sizes;
use crate::node::{Id, Node};
use crate::opcodes::step;
use crate::{Globals, Limits, PickleError, Problem, Value};
use std::io::Read;

/// The values of one pickle. Bytes and text stay where they stand in the input, which it owns.
#[derive(Debug)]
pub struct Pickle {
    pub(crate) input: Vec<u8>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) sizes: Box<[u64]>,
    root: Id,
    end: usize,
}

impl Pickle {
    /// Reads one pickle from the beginning of the bytes; what follows its STOP is left alone ([`end`](Self::end)).
    ///
    /// # Errors
    /// The first thing that is wrong, with the place of its opcode: see [`Problem`].
    pub fn parse(input: Vec<u8>, allowed: Globals<'_>, limits: &Limits) -> Result<Self, PickleError> {
        if input.len() as u64 > limits.bytes {
            return Err(too_long(limits));
        }
        let mut machine = Machine::new(&input, allowed, limits);
        let (mut at, mut stopped) = (0, Ok(false));
        while stopped == Ok(false) {
            at = machine.cursor.at();
            stopped = step(&mut machine);
        }
        let root = stopped.and_then(|_| machine.pop());
        let measured = root.and_then(|root| Ok((root, sizes(&machine.nodes, root, limits)?)));
        let (root, sizes) = measured.map_err(|problem| PickleError { at, problem })?;
        let (end, nodes) = (machine.cursor.at(), machine.nodes);
        Ok(Self { input, nodes, sizes, root, end })
    }

    /// [`parse`](Self::parse) of all that the reader gives.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); an input that is too long is not read to its end.
    pub fn read(reader: impl Read, allowed: Globals<'_>, limits: &Limits) -> Result<Self, PickleError> {
        let mut input = Vec::new();
        let read = reader.take(limits.bytes.saturating_add(1)).read_to_end(&mut input);
        read.map_err(|e| PickleError { at: input.len(), problem: Problem::Io(e.to_string()) })?;
        Self::parse(input, allowed, limits)
    }

    /// The value that the pickle stands for.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, self.root)
    }

    /// The place behind its STOP: shorter than the input if something follows.
    pub fn end(&self) -> usize {
        self.end
    }

    /// The input as it came.
    pub fn input(&self) -> &[u8] {
        &self.input
    }
}

fn too_long(limits: &Limits) -> PickleError {
    let limit = limits.bytes;
    PickleError { at: 0, problem: Problem::Limit { what: "bytes", limit } }
}
