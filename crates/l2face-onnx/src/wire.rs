//! What decoding a file will take, counted before it is decoded: an empty message is two bytes in the file and some hundred in memory, a
//! small whole number one byte and eight.
use crate::proto::*;
use candle_core::{bail, Error, Result};
use std::mem::size_of;

/// Memory that decoding may take: for each byte of the file, and beside that. A network of ten thousand operations takes 30 MiB.
const TIMES: usize = 4;
const BESIDE: usize = 1 << 26;

/// # Errors
/// A file that is damaged, or whose messages would take far more memory than the file.
pub(crate) fn check(bytes: &[u8]) -> Result<()> {
    Scan { left: bytes.len().saturating_mul(TIMES).saturating_add(BESIDE) }.message(&Kind::Model, bytes)
}

/// The messages of `proto.rs`.
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
    Shape,
    Dimension,
    OperatorSet,
    Entry,
}

/// What a field becomes.
enum Field {
    Message(Kind),
    /// A copy of its bytes.
    Text,
    /// Whole numbers of so many bytes each in memory, one or many.
    Whole(usize),
    /// Numbers that take the same in the file and in memory.
    Fixed,
    /// Nothing, or a number that is part of its message.
    Free,
}

impl Kind {
    /// As in `proto.rs`.
    fn field(&self, number: u64) -> Field {
        use Field::{Fixed, Free, Message, Text, Whole};
        match (self, number) {
            (Self::Model, 7) => Message(Self::Graph),
            (Self::Model, 8) => Message(Self::OperatorSet),
            (Self::Model, 14) | (Self::Tensor, 13) => Message(Self::Entry),
            (Self::Graph, 1) => Message(Self::Node),
            (Self::Graph, 5) | (Self::Attribute, 5) => Message(Self::Tensor),
            (Self::Graph, 11 | 12) => Message(Self::ValueInfo),
            (Self::Node, 5) => Message(Self::Attribute),
            (Self::ValueInfo, 2) => Message(Self::Type),
            (Self::Type, 1) => Message(Self::TensorType),
            (Self::TensorType, 2) => Message(Self::Shape),
            (Self::Shape, 1) => Message(Self::Dimension),
            (Self::Attribute, 8) | (Self::Tensor, 1 | 7) => Whole(8),
            (Self::Tensor, 5) => Whole(4),
            (Self::Attribute, 7) | (Self::Tensor, 4 | 10) => Fixed,
            (Self::Model, 2 | 3) | (Self::Graph, 2) | (Self::Node, 1..=4 | 7) | (Self::Attribute, 1 | 4) => Text,
            (Self::Tensor, 8) | (Self::ValueInfo | Self::OperatorSet, 1) | (Self::Entry, 1 | 2) => Text,
            (Self::Dimension, 2) => Text,
            _ => Free,
        }
    }

    /// Bytes of the message itself.
    fn size(&self) -> usize {
        match self {
            Self::Model => size_of::<ModelProto>(),
            Self::Graph => size_of::<GraphProto>(),
            Self::Node => size_of::<NodeProto>(),
            Self::Attribute => size_of::<Attribute>(),
            Self::Tensor => size_of::<TensorProto>(),
            Self::ValueInfo => size_of::<ValueInfo>(),
            Self::Type => size_of::<TypeProto>(),
            Self::TensorType => size_of::<TensorType>(),
            Self::Shape => size_of::<TensorShape>(),
            Self::Dimension => size_of::<Dimension>(),
            Self::OperatorSet => size_of::<OperatorSet>(),
            Self::Entry => size_of::<Entry>(),
        }
    }
}

struct Scan {
    /// Bytes that may still be taken.
    left: usize,
}

impl Scan {
    fn take(&mut self, bytes: usize) -> Result<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => bail!("its messages would take far more memory than the file has bytes: not an embedder's"),
        }
    }

    /// Passes over the fields of a message. It can be no deeper than its kinds.
    fn message(&mut self, kind: &Kind, mut bytes: &[u8]) -> Result<()> {
        self.take(kind.size())?;
        while !bytes.is_empty() {
            let key = varint(&mut bytes)?;
            match (key & 7, kind.field(key >> 3)) {
                (0, Field::Whole(width)) => {
                    varint(&mut bytes)?;
                    self.take(width)?;
                }
                (0, _) => {
                    varint(&mut bytes)?;
                }
                (1, _) => self.take(cut(&mut bytes, 8)?.len())?,
                (5, _) => self.take(cut(&mut bytes, 4)?.len())?,
                (2, field) => {
                    let len = varint(&mut bytes)?;
                    let inside = cut(&mut bytes, len)?;
                    self.bytes(field, inside)?;
                }
                _ => return Err(damaged()),
            }
        }
        Ok(())
    }

    fn bytes(&mut self, field: Field, bytes: &[u8]) -> Result<()> {
        match field {
            Field::Message(kind) => self.message(&kind, bytes),
            Field::Text => self.take(size_of::<String>() + bytes.len()),
            Field::Whole(width) => self.take(bytes.iter().filter(|b| **b < 128).count().saturating_mul(width)),
            Field::Fixed => self.take(bytes.len()),
            Field::Free => Ok(()),
        }
    }
}

fn damaged() -> Error {
    Error::msg("not an ONNX file, or truncated")
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut value = 0u64;
    for shift in (0..70).step_by(7) {
        let [byte] = cut(bytes, 1)? else { return Err(damaged()) };
        value |= u64::from(byte & 127).checked_shl(shift).unwrap_or(0);
        if *byte < 128 {
            return Ok(value);
        }
    }
    Err(damaged())
}

/// The next bytes.
fn cut<'a>(bytes: &mut &'a [u8], len: u64) -> Result<&'a [u8]> {
    let parts = usize::try_from(len).ok().and_then(|len| bytes.split_at_checked(len));
    let (first, rest) = parts.ok_or_else(damaged)?;
    *bytes = rest;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::bytes::Bytes;
    use prost::Message;

    /// A field of bytes, of at most 16383.
    fn field(number: u8, inside: &[u8]) -> Vec<u8> {
        let len = inside.len();
        [&[number << 3 | 2, (len & 127) as u8 | 128, (len >> 7) as u8], inside].concat()
    }

    /// A file with these bytes within messages of these field numbers.
    fn file(path: &[u8], inside: Vec<u8>) -> Vec<u8> {
        path.iter().rev().fold(inside, |inside, number| field(*number, &inside))
    }

    fn taken(bytes: &[u8]) -> usize {
        let mut scan = Scan { left: usize::MAX };
        scan.message(&Kind::Model, bytes).expect("a sound file");
        usize::MAX - scan.left
    }

    #[test]
    fn what_is_small_in_a_file_and_large_in_memory_is_counted() {
        // Where it stands, its field there, and the least that one takes.
        for (path, number, least) in [
            (&[][..], 8, size_of::<OperatorSet>()),
            (&[], 14, size_of::<Entry>()),
            (&[7], 1, size_of::<NodeProto>()),
            (&[7], 5, size_of::<TensorProto>()),
            (&[7], 11, size_of::<ValueInfo>()),
            (&[7], 12, size_of::<ValueInfo>()),
            (&[7, 1], 1, size_of::<String>()),
            (&[7, 1], 2, size_of::<String>()),
            (&[7, 1], 5, size_of::<Attribute>()),
            (&[7, 5], 13, size_of::<Entry>()),
            (&[7, 1, 5, 5], 13, size_of::<Entry>()),
            (&[7, 11, 2, 1, 2], 1, size_of::<Dimension>()),
        ] {
            let many = file(path, [number << 3 | 2, 0].repeat(1000));
            assert!(ModelProto::decode(Bytes::from(many.clone())).is_ok(), "{path:?} {number}");
            let took = taken(&many) - taken(&file(path, vec![]));
            assert!((1000 * least..1100 * least).contains(&took), "{path:?} {number}: {took}");
        }
        for (path, number, width) in [(&[7, 5][..], 1, 8), (&[7, 5], 5, 4), (&[7, 5], 7, 8), (&[7, 1, 5], 8, 8)] {
            for numbers in [field(number, &[1; 1000]), [number << 3, 1].repeat(1000)] {
                let many = file(path, numbers);
                assert!(ModelProto::decode(Bytes::from(many.clone())).is_ok(), "{path:?} {number}");
                assert_eq!(taken(&many) - taken(&file(path, vec![])), 1000 * width, "{path:?} {number}");
            }
        }
        // Numbers as bytes are shared with the file.
        assert_eq!(taken(&file(&[7, 5, 9], vec![1; 1000])), taken(&file(&[7, 5], vec![])));
        assert_eq!(taken(&file(&[7, 5, 4], vec![1; 1000])), taken(&file(&[7, 5], vec![])) + 1000);
    }

    #[test]
    fn damage_is_an_error() {
        for bytes in [&[0x80][..], &[0x3a, 5, 0], &[0x0b], &[0xff; 11], &[0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 1]] {
            assert!(check(bytes).is_err(), "{bytes:?}");
        }
        assert!(check(&[]).is_ok());
    }
}
