//! Values in one arena: children are indices, so sharing costs nothing and dropping does not recurse.
use std::ops::Range;

/// Index of a node in the arena.
pub(crate) type Id = u32;

/// Bytes of the input, or bytes that were made from an escaped form.
#[derive(Debug)]
pub(crate) enum Span {
    Input(Range<usize>),
    Made(Box<[u8]>),
}

#[derive(Debug)]
pub(crate) enum Node {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Bytes(Span),
    /// Python 2's `str`: bytes of no known encoding.
    Str2(Span),
    /// Known to be UTF-8.
    Text(Span),
    Tuple(Box<[Id]>),
    List(Vec<Id>),
    /// Keys and values in turn.
    Dict(Vec<Id>),
    Global(Box<(String, String)>),
    Object(Box<Call>),
    Persistent(Id),
}

/// A call that is not made: what, with which arguments, and what was set afterwards.
#[derive(Debug)]
pub(crate) struct Call {
    pub global: Id,
    pub args: Id,
    pub state: Option<Id>,
    /// Keys and values in turn.
    pub items: Vec<Id>,
}

impl Span {
    pub(crate) fn bytes<'a>(&'a self, input: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Input(range) => input.get(range.clone()).unwrap_or_default(),
            Self::Made(bytes) => bytes,
        }
    }
}

impl Node {
    /// The `k`th node inside this one.
    pub(crate) fn child(&self, k: usize) -> Option<Id> {
        match self {
            Self::Tuple(ids) => ids.get(k).copied(),
            Self::List(ids) | Self::Dict(ids) => ids.get(k).copied(),
            Self::Persistent(id) => (k == 0).then_some(*id),
            Self::Object(call) => call.child(k),
            _ => None,
        }
    }

    /// In words, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::Bytes(_) => "bytes",
            Self::Str2(_) => "a Python 2 str",
            Self::Text(_) => "a str",
            Self::Tuple(_) => "a tuple",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dict",
            Self::Global(_) => "a class or function",
            Self::Object(_) => "an object",
            Self::Persistent(_) => "a persistent id",
        }
    }
}

impl Call {
    fn child(&self, k: usize) -> Option<Id> {
        let first = [Some(self.global), Some(self.args), self.state];
        let first = &first[..if self.state.is_some() { 3 } else { 2 }];
        first.get(k).copied().flatten().or_else(|| self.items.get(k.checked_sub(first.len())?).copied())
    }
}
