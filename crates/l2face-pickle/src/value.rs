//! Looking at what a pickle holds.
use crate::node::{Call, Id, Node, Span};
use crate::Pickle;

/// One value of a [`Pickle`].
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pickle: &'a Pickle,
    id: Id,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind<'a> {
    /// None.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A double.
    Float(f64),
    /// Python 3's bytes and bytearray.
    Bytes(&'a [u8]),
    /// Python 2's `str`: bytes of no known encoding.
    Str2(&'a [u8]),
    /// Unicode text.
    Text(&'a str),
    /// A tuple.
    Tuple(Values<'a>),
    /// A list.
    List(Values<'a>),
    /// A dict, in the order of the file; a key may stand there twice.
    Dict(Entries<'a>),
    /// A class or function, by module and name.
    Global(&'a str, &'a str),
    /// A call that was not made.
    Object(Object<'a>),
    /// A persistent id, which means what the writer meant by it.
    Persistent(Value<'a>),
}

/// A call that was not made.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pickle: &'a Pickle,
    call: &'a Call,
}

/// Values one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    pickle: &'a Pickle,
    ids: &'a [Id],
}

/// Keys with their values.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a>(Values<'a>);

impl<'a> Value<'a> {
    pub(crate) fn new(pickle: &'a Pickle, id: Id) -> Self {
        Self { pickle, id }
    }

    fn node(self) -> &'a Node {
        &self.pickle.nodes[self.id as usize]
    }

    fn bytes_of(self, span: &'a Span) -> &'a [u8] {
        span.bytes(&self.pickle.input)
    }

    fn values(self, ids: &'a [Id]) -> Values<'a> {
        Values { pickle: self.pickle, ids }
    }

    /// What it is.
    pub fn kind(self) -> Kind<'a> {
        match self.node() {
            Node::None => Kind::None,
            Node::Bool(value) => Kind::Bool(*value),
            Node::Int(value) => Kind::Int(*value),
            Node::Float(value) => Kind::Float(*value),
            Node::Bytes(span) => Kind::Bytes(self.bytes_of(span)),
            Node::Str2(span) => Kind::Str2(self.bytes_of(span)),
            // Checked when it was read.
            Node::Text(span) => Kind::Text(std::str::from_utf8(self.bytes_of(span)).unwrap_or_default()),
            Node::Tuple(ids) => Kind::Tuple(self.values(ids)),
            Node::List(ids) => Kind::List(self.values(ids)),
            Node::Dict(ids) => Kind::Dict(Entries(self.values(ids))),
            Node::Global(name) => Kind::Global(&name.0, &name.1),
            Node::Object(call) => Kind::Object(Object { pickle: self.pickle, call }),
            Node::Persistent(id) => Kind::Persistent(Value::new(self.pickle, *id)),
        }
    }

    /// What it is in words, for messages: "a tuple".
    pub fn what(self) -> &'static str {
        self.node().what()
    }

    /// Values in it and itself, shared ones counted wherever they stand.
    pub fn expanded(self) -> u64 {
        self.pickle.sizes[self.id as usize]
    }

    /// If it is an integer (a bool is none).
    pub fn int(self) -> Option<i64> {
        if let Kind::Int(value) = self.kind() {
            Some(value)
        } else {
            None
        }
    }

    /// If it is unicode text.
    pub fn text(self) -> Option<&'a str> {
        if let Kind::Text(text) = self.kind() {
            Some(text)
        } else {
            None
        }
    }

    /// If it is bytes or Python 2's `str`.
    pub fn bytes(self) -> Option<&'a [u8]> {
        if let Kind::Bytes(bytes) | Kind::Str2(bytes) = self.kind() {
            Some(bytes)
        } else {
            None
        }
    }

    /// If it is a tuple.
    pub fn tuple(self) -> Option<Values<'a>> {
        if let Kind::Tuple(values) = self.kind() {
            Some(values)
        } else {
            None
        }
    }

    /// If it is a list.
    pub fn list(self) -> Option<Values<'a>> {
        if let Kind::List(values) = self.kind() {
            Some(values)
        } else {
            None
        }
    }

    /// If it is a dict.
    pub fn dict(self) -> Option<Entries<'a>> {
        if let Kind::Dict(entries) = self.kind() {
            Some(entries)
        } else {
            None
        }
    }

    /// If it is a class or function: module and name.
    pub fn global(self) -> Option<(&'a str, &'a str)> {
        if let Kind::Global(module, name) = self.kind() {
            Some((module, name))
        } else {
            None
        }
    }

    /// If it is a call.
    pub fn object(self) -> Option<Object<'a>> {
        if let Kind::Object(object) = self.kind() {
            Some(object)
        } else {
            None
        }
    }

    /// If it is a persistent id.
    pub fn persistent(self) -> Option<Value<'a>> {
        if let Kind::Persistent(id) = self.kind() {
            Some(id)
        } else {
            None
        }
    }
}

impl<'a> Object<'a> {
    /// What would be called: module and name.
    pub fn global(self) -> (&'a str, &'a str) {
        Value::new(self.pickle, self.call.global).global().unwrap_or_default()
    }

    /// Its arguments.
    pub fn args(self) -> Values<'a> {
        let nothing = Values { pickle: self.pickle, ids: &[] };
        Value::new(self.pickle, self.call.args).tuple().unwrap_or(nothing)
    }

    /// The state that BUILD would set.
    pub fn state(self) -> Option<Value<'a>> {
        self.call.state.map(|id| Value::new(self.pickle, id))
    }

    /// What was set by key, as in an `OrderedDict`.
    pub fn entries(self) -> Entries<'a> {
        Entries(Values { pickle: self.pickle, ids: &self.call.items })
    }
}

impl<'a> Values<'a> {
    /// How many.
    pub fn len(self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.ids.is_empty()
    }

    /// One of them.
    pub fn get(self, i: usize) -> Option<Value<'a>> {
        self.ids.get(i).map(|id| Value::new(self.pickle, *id))
    }

    /// All in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Value<'a>> + 'a {
        self.ids.iter().map(move |id| Value::new(self.pickle, *id))
    }
}

impl<'a> Entries<'a> {
    /// How many.
    pub fn len(self) -> usize {
        self.0.len() / 2
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// All in order.
    pub fn iter(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + 'a {
        let Values { pickle, ids } = self.0;
        ids.chunks_exact(2).map(move |pair| (Value::new(pickle, pair[0]), Value::new(pickle, pair[1])))
    }

    /// The value of a text key; the last one, as in Python, if it stands there twice.
    pub fn find(self, key: &str) -> Option<Value<'a>> {
        self.iter().filter(|(k, _)| k.text() == Some(key)).map(|(_, value)| value).last()
    }
}
