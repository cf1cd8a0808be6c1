//! What can be wrong with a pickle.

/// A pickle that is damaged, or that asks for more than it may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at} of the pickle: {problem}")]
pub struct PickleError {
    /// Where the opcode stands that cannot be followed, from 0.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong at a place of a pickle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A length goes beyond the end, a line has no end, or STOP is missing.
    #[error("the pickle ends here, {wanted} more bytes are declared and {left} are left: the file is truncated or damaged; fetch it again")]
    Ended {
        /// Bytes that would be needed.
        wanted: u64,
        /// Bytes that are left.
        left: u64,
    },
    /// A line without its end.
    #[error("a line without an end: the file is truncated or damaged; fetch it again")]
    OpenLine,
    /// No opcode of any protocol.
    #[error("{0:#04x} is no opcode of pickle's protocols 0 to 5: the file is damaged, or not a pickle")]
    UnknownOpcode(u8),
    /// An opcode that data never need.
    #[error("opcode {0} is not read here: plain data never need it; save the data again as tuples, lists, dicts, strings and numbers")]
    RefusedOpcode(&'static str),
    /// A newer protocol.
    #[error("protocol {0}: at most 5 is read; save it again with protocol=4")]
    Protocol(u8),
    /// A class or function that is not in the caller's list.
    #[error(
        "it names {module}.{name}, which is not among the names that are read here, and nothing of a file is ever run. If you trust where \
         it comes from, load it in Python and save the plain data alone (for a checkpoint: its state_dict)"
    )]
    Global {
        /// The module, shortened.
        module: String,
        /// The class or function, shortened.
        name: String,
    },
    /// Fewer values are there than an opcode takes.
    #[error("the stack is empty where a value is needed: the file is damaged")]
    Underflow,
    /// No MARK is there for an opcode that takes all above it.
    #[error("a MARK is missing: the file is damaged")]
    NoMark,
    /// A value is not what an opcode works on.
    #[error("{got} where {wanted} is needed: the file is damaged")]
    Wrong {
        /// What is there.
        got: &'static str,
        /// What should be.
        wanted: &'static str,
    },
    /// Keys and values do not pair up.
    #[error("a key without a value: the file is damaged")]
    OddItems,
    /// A second state for one object.
    #[error("an object is given its state twice: the file is damaged")]
    TwoStates,
    /// A number in text form that is not one.
    #[error("{0:?} is not {1}: the file is damaged")]
    BadNumber(String, &'static str),
    /// An integer of more than 64 bits.
    #[error("an integer that does not fit 64 bits: no size, offset or label is that large; the file is damaged")]
    LargeInteger,
    /// A length below zero.
    #[error("a negative length: the file is damaged")]
    NegativeLength,
    /// Unicode text that is not UTF-8.
    #[error("text that is not UTF-8: the file is damaged")]
    NotUtf8,
    /// A string in text form whose quotes or escapes are wrong.
    #[error("a string with a wrong quote or escape: the file is damaged")]
    BadString,
    /// Nothing was remembered under that number.
    #[error("nothing is remembered under number {0}: the file is damaged")]
    Memo(u32),
    /// More than the caller allows.
    #[error("more than {limit} {what}: no such file needs that many, so it is refused")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// The most that is allowed.
        limit: u64,
    },
    /// A value that contains itself.
    #[error("a value contains itself: plain data never do; the file is refused")]
    Cycle,
    /// The input could not be read.
    #[error("it cannot be read: {0}")]
    Io(String),
}
