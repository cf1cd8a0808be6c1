//! What each opcode does, by groups; names as in Python's `pickletools`.
use crate::escapes::{integer, number, quoted, raw_unicode};
use crate::machine::Machine;
use crate::node::{Node, Span};
use crate::Problem;
use std::ops::Range;

/// The newest protocol.
const PROTOCOL: u8 = 5;

/// Follows one opcode; true after STOP.
pub(crate) fn step(machine: &mut Machine<'_>) -> Result<bool, Problem> {
    let opcode = machine.cursor.byte()?;
    match opcode {
        b'.' => return Ok(true),
        b'N' | 0x88 | 0x89 | b'I' | b'J' | b'K' | b'M' | b'L' | 0x8a | 0x8b | b'F' | b'G' => scalar(machine, opcode)?,
        b'S' | b'T' | b'U' | b'B' | b'C' | 0x8e | 0x96 | b'V' | b'X' | 0x8c | 0x8d => string(machine, opcode)?,
        b')' | b']' | b'}' | b't' | b'l' | b'd' | 0x85 | 0x86 | 0x87 => container(machine, opcode)?,
        b'a' | b'e' | b's' | b'u' => filling(machine, opcode)?,
        b'(' | b'0' | b'1' | b'2' | b'g' | b'h' | b'j' | b'p' | b'q' | b'r' | 0x94 => stack(machine, opcode)?,
        b'c' | 0x93 | b'i' | b'o' | b'R' | 0x81 | b'b' | b'P' | b'Q' => object(machine, opcode)?,
        0x80 => protocol(machine)?,
        0x95 => frame(machine)?,
        other => return Err(refused(other)),
    }
    Ok(false)
}

fn refused(opcode: u8) -> Problem {
    Problem::RefusedOpcode(match opcode {
        0x82 => "EXT1",
        0x83 => "EXT2",
        0x84 => "EXT4",
        0x8f => "EMPTY_SET",
        0x90 => "ADDITEMS",
        0x91 => "FROZENSET",
        0x92 => "NEWOBJ_EX",
        0x97 => "NEXT_BUFFER",
        0x98 => "READONLY_BUFFER",
        other => return Problem::UnknownOpcode(other),
    })
}

fn protocol(machine: &mut Machine<'_>) -> Result<(), Problem> {
    match machine.cursor.byte()? {
        version if version > PROTOCOL => Err(Problem::Protocol(version)),
        _ => Ok(()),
    }
}

fn frame(machine: &mut Machine<'_>) -> Result<(), Problem> {
    let len = u64::from_le_bytes(machine.cursor.array()?);
    machine.cursor.has(len)
}

fn scalar(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    let cursor = &mut machine.cursor;
    let node = match opcode {
        b'N' => Node::None,
        0x88 => Node::Bool(true),
        0x89 => Node::Bool(false),
        b'I' => match cursor.line()? {
            b"00" => Node::Bool(false),
            b"01" => Node::Bool(true),
            line => Node::Int(integer(line)?),
        },
        b'J' => Node::Int(i32::from_le_bytes(cursor.array()?).into()),
        b'K' => Node::Int(cursor.byte()?.into()),
        b'M' => Node::Int(u16::from_le_bytes(cursor.array()?).into()),
        b'L' => {
            let line = cursor.line()?;
            Node::Int(integer(line.strip_suffix(b"L").unwrap_or(line))?)
        }
        b'F' => Node::Float(number(cursor.line()?, "a number")?),
        b'G' => Node::Float(f64::from_be_bytes(cursor.array()?)),
        long => {
            let len = if long == 0x8a { cursor.byte()?.into() } else { signed_length(cursor.array()?)? };
            Node::Int(long_integer(cursor.slice(len)?)?)
        }
    };
    machine.push(node)
}

/// Little-endian two's complement of any length, as far as it fits 64 bits.
fn long_integer(bytes: &[u8]) -> Result<i64, Problem> {
    let fill = if bytes.last().is_some_and(|b| *b >= 0x80) { 0xff } else { 0 };
    let mut low = [fill; 8];
    let (head, tail) = bytes.split_at(bytes.len().min(8));
    low[..head.len()].copy_from_slice(head);
    let value = i64::from_le_bytes(low);
    match tail.iter().all(|b| *b == fill) && (value < 0) == (fill == 0xff) {
        true => Ok(value),
        false => Err(Problem::LargeInteger),
    }
}

fn signed_length(bytes: [u8; 4]) -> Result<u64, Problem> {
    u64::try_from(i32::from_le_bytes(bytes)).map_err(|_| Problem::NegativeLength)
}

fn string(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    let cursor = &mut machine.cursor;
    let node = match opcode {
        b'S' => Node::Str2(Span::Made(quoted(cursor.line()?)?)),
        b'V' => Node::Text(Span::Made(raw_unicode(cursor.line()?)?)),
        _ => {
            let len = match opcode {
                b'U' | b'C' | 0x8c => cursor.byte()?.into(),
                b'T' => signed_length(cursor.array()?)?,
                b'B' | b'X' => u32::from_le_bytes(cursor.array()?).into(),
                _ => u64::from_le_bytes(cursor.array()?),
            };
            return counted(machine, opcode, len);
        }
    };
    machine.push(node)
}

fn counted(machine: &mut Machine<'_>, opcode: u8, len: u64) -> Result<(), Problem> {
    match opcode {
        b'X' | 0x8c | 0x8d => {
            let range: Range<usize> = machine.cursor.take(len)?;
            machine.text(range)
        }
        _ => {
            let span = Span::Input(machine.cursor.take(len)?);
            machine.push(if matches!(opcode, b'T' | b'U') { Node::Str2(span) } else { Node::Bytes(span) })
        }
    }
}

fn container(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    let node = match opcode {
        b')' => Node::Tuple(Box::default()),
        b']' => Node::List(Vec::new()),
        b'}' => Node::Dict(Vec::new()),
        b't' => Node::Tuple(machine.pop_mark()?.into()),
        b'l' => Node::List(machine.pop_mark()?),
        b'd' => match machine.pop_mark()? {
            items if !items.len().is_multiple_of(2) => return Err(Problem::OddItems),
            items => Node::Dict(items),
        },
        short => {
            let mut values = Vec::with_capacity(3);
            for _ in 0x85..=short {
                values.push(machine.pop()?);
            }
            values.reverse();
            Node::Tuple(values.into())
        }
    };
    machine.push(node)
}

fn filling(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    match opcode {
        b'a' => {
            let value = machine.pop()?;
            machine.append(&[value])
        }
        b's' => {
            let value = machine.pop()?;
            let key = machine.pop()?;
            machine.set_items(&[key, value])
        }
        _ => {
            let values = machine.pop_mark()?;
            if opcode == b'e' {
                machine.append(&values)
            } else {
                machine.set_items(&values)
            }
        }
    }
}

fn stack(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    match opcode {
        b'(' => machine.mark(),
        b'0' => machine.pop_any(),
        b'1' => machine.pop_mark().map(drop),
        b'2' => machine.duplicate(),
        0x94 => machine.memoize(),
        b'p' | b'q' | b'r' => {
            let number = memo_number(machine, opcode)?;
            machine.remember(number)
        }
        _ => {
            let number = memo_number(machine, opcode)?;
            machine.recall(number)
        }
    }
}

fn memo_number(machine: &mut Machine<'_>, opcode: u8) -> Result<u32, Problem> {
    match opcode {
        b'p' | b'g' => number(machine.cursor.line()?, "a number of the memo"),
        b'q' | b'h' => Ok(machine.cursor.byte()?.into()),
        _ => Ok(u32::from_le_bytes(machine.cursor.array()?)),
    }
}

fn object(machine: &mut Machine<'_>, opcode: u8) -> Result<(), Problem> {
    match opcode {
        b'c' => named(machine),
        0x93 => {
            let name = machine.pop()?;
            let module = machine.pop()?;
            machine.global_of(module, name)
        }
        b'i' => {
            let args = machine.pop_mark()?;
            named(machine)?;
            let class = machine.pop()?;
            machine.construct(class, args)
        }
        b'o' => {
            let mut args = machine.pop_mark()?;
            if args.is_empty() {
                return Err(Problem::Underflow);
            }
            let class = args.remove(0);
            machine.construct(class, args)
        }
        b'b' => {
            let state = machine.pop()?;
            machine.set_state(state)
        }
        b'P' => {
            let line = machine.cursor.line()?.into();
            machine.push(Node::Str2(Span::Made(line)))?;
            persistent(machine)
        }
        b'Q' => persistent(machine),
        _ => {
            let args = machine.pop()?;
            let callable = machine.pop()?;
            machine.call(callable, args)
        }
    }
}

fn named(machine: &mut Machine<'_>) -> Result<(), Problem> {
    let (module, name) = (machine.cursor.line()?, machine.cursor.line()?);
    machine.global(module, name)
}

fn persistent(machine: &mut Machine<'_>) -> Result<(), Problem> {
    let id = machine.pop()?;
    machine.push(Node::Persistent(id))
}
