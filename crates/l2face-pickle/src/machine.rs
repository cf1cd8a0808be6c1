//! The stack machine that a pickle is written for: stack, marks, memo, and the arena that receives the values.
use crate::cursor::Cursor;
use crate::escapes::shown;
use crate::node::{Call, Id, Node, Span};
use crate::{Globals, Limits, Problem};
use std::collections::HashMap;
use std::ops::Range;

pub(crate) struct Machine<'a> {
    pub(crate) cursor: Cursor<'a>,
    pub(crate) nodes: Vec<Node>,
    input: &'a [u8],
    allowed: Globals<'a>,
    limit: usize,
    spent: usize,
    stack: Vec<Id>,
    /// Heights of the stack where MARK was read.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(input: &'a [u8], allowed: Globals<'a>, limits: &Limits) -> Self {
        let (cursor, limit) = (Cursor::new(input), limits.values.min(Id::MAX as usize));
        let (nodes, stack, marks, memo) = (Vec::new(), Vec::new(), Vec::new(), HashMap::new());
        Self { cursor, nodes, input, allowed, limit, spent: 0, stack, marks, memo }
    }

    /// Everything that is kept for an opcode goes through here.
    fn spend(&mut self) -> Result<(), Problem> {
        if self.spent >= self.limit {
            return Err(Problem::Limit { what: "values", limit: self.limit as u64 });
        }
        self.spent += 1;
        Ok(())
    }

    pub(crate) fn push(&mut self, node: Node) -> Result<(), Problem> {
        // At most `limit` nodes, which fits an Id.
        let id = self.nodes.len() as Id;
        self.push_again(id)?;
        self.nodes.push(node);
        Ok(())
    }

    fn push_again(&mut self, id: Id) -> Result<(), Problem> {
        self.spend()?;
        self.stack.push(id);
        Ok(())
    }

    /// The topmost value; one below a MARK cannot be taken.
    pub(crate) fn pop(&mut self) -> Result<Id, Problem> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    pub(crate) fn top(&self) -> Result<Id, Problem> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack.last().copied().filter(|_| self.stack.len() > floor).ok_or(Problem::Underflow)
    }

    pub(crate) fn mark(&mut self) -> Result<(), Problem> {
        self.spend()?;
        self.marks.push(self.stack.len());
        Ok(())
    }

    /// All above the last MARK, which goes too.
    pub(crate) fn pop_mark(&mut self) -> Result<Vec<Id>, Problem> {
        let height = self.marks.pop().ok_or(Problem::NoMark)?;
        Ok(self.stack.split_off(height))
    }

    /// POP takes a MARK where nothing lies on it.
    pub(crate) fn pop_any(&mut self) -> Result<(), Problem> {
        match self.marks.last() {
            Some(height) if *height == self.stack.len() => drop(self.marks.pop()),
            _ => drop(self.pop()?),
        }
        Ok(())
    }

    pub(crate) fn duplicate(&mut self) -> Result<(), Problem> {
        self.push_again(self.top()?)
    }

    pub(crate) fn remember(&mut self, number: u32) -> Result<(), Problem> {
        let top = self.top()?;
        if self.memo.insert(number, top).is_none() {
            self.spend()?;
        }
        Ok(())
    }

    /// Under the next number.
    pub(crate) fn memoize(&mut self) -> Result<(), Problem> {
        // Counted by `spend`, so fewer than an Id can count.
        self.remember(self.memo.len() as u32)
    }

    pub(crate) fn recall(&mut self, number: u32) -> Result<(), Problem> {
        let id = *self.memo.get(&number).ok_or(Problem::Memo(number))?;
        self.push_again(id)
    }

    /// A class or function, if the caller allows it.
    pub(crate) fn global(&mut self, module: &[u8], name: &[u8]) -> Result<(), Problem> {
        let known = |(m, n): &&(&str, &str)| m.as_bytes() == module && n.as_bytes() == name;
        match self.allowed.iter().find(known) {
            Some((m, n)) => self.push(Node::Global(Box::new(((*m).to_owned(), (*n).to_owned())))),
            None => Err(Problem::Global { module: shown(module), name: shown(name) }),
        }
    }

    /// The same, its name given by two strings.
    pub(crate) fn global_of(&mut self, module: Id, name: Id) -> Result<(), Problem> {
        let text = |id: Id| match self.node(id) {
            Node::Text(span) => Ok(span.bytes(self.input).to_vec()),
            node => Err(Problem::Wrong { got: node.what(), wanted: "the name of a class or function" }),
        };
        let (module, name) = (text(module)?, text(name)?);
        self.global(&module, &name)
    }

    /// Text at a place of the input.
    pub(crate) fn text(&mut self, range: Range<usize>) -> Result<(), Problem> {
        std::str::from_utf8(&self.input[range.clone()]).map_err(|_| Problem::NotUtf8)?;
        self.push(Node::Text(Span::Input(range)))
    }

    /// INST and OBJ: a class and its arguments.
    pub(crate) fn construct(&mut self, class: Id, args: Vec<Id>) -> Result<(), Problem> {
        self.push(Node::Tuple(args.into()))?;
        let args = self.pop()?;
        self.call(class, args)
    }

    /// A call kept as what it is.
    pub(crate) fn call(&mut self, global: Id, args: Id) -> Result<(), Problem> {
        self.expect(global, "a class or function", |node| matches!(node, Node::Global(_)))?;
        self.expect(args, "a tuple", |node| matches!(node, Node::Tuple(_)))?;
        self.push(Node::Object(Box::new(Call { global, args, state: None, items: Vec::new() })))
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    fn expect(&self, id: Id, wanted: &'static str, is: impl Fn(&Node) -> bool) -> Result<(), Problem> {
        match self.node(id) {
            node if is(node) => Ok(()),
            node => Err(Problem::Wrong { got: node.what(), wanted }),
        }
    }

    pub(crate) fn append(&mut self, values: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match &mut self.nodes[top as usize] {
            Node::List(list) => list.extend_from_slice(values),
            node => return Err(Problem::Wrong { got: node.what(), wanted: "a list" }),
        }
        Ok(())
    }

    pub(crate) fn set_items(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        if !items.len().is_multiple_of(2) {
            return Err(Problem::OddItems);
        }
        match &mut self.nodes[top as usize] {
            Node::Dict(dict) => dict.extend_from_slice(items),
            Node::Object(call) => call.items.extend_from_slice(items),
            node => return Err(Problem::Wrong { got: node.what(), wanted: "a dict" }),
        }
        Ok(())
    }

    pub(crate) fn set_state(&mut self, state: Id) -> Result<(), Problem> {
        let top = self.top()?;
        match &mut self.nodes[top as usize] {
            Node::Object(call) if call.state.is_some() => Err(Problem::TwoStates),
            Node::Object(call) => {
                call.state = Some(state);
                Ok(())
            }
            node => Err(Problem::Wrong { got: node.what(), wanted: "an object" }),
        }
    }
}
