//! Pickles that Python wrote, compared with what Python says is in them (`../pickles.py`), and the opcodes Python no longer writes.
use l2face_pickle::{Entries, Globals, Kind, Limits, Pickle, Value, Values};

pub const GLOBALS: Globals<'static> = &[("_codecs", "encode"), ("collections", "OrderedDict")];
pub const PYTHON: &str = include_str!("../python.txt");

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
}

fn list(values: Values<'_>) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(",")
}

fn dict(entries: Entries<'_>) -> String {
    let shown: Vec<_> = entries.iter().map(|(k, v)| format!("{}:{}", show(k), show(v))).collect();
    format!("{{{}}}", shown.join(","))
}

/// The notation of `pickles.py`.
pub fn show(value: Value<'_>) -> String {
    match value.kind() {
        Kind::None => "None".into(),
        Kind::Bool(true) => "True".into(),
        Kind::Bool(false) => "False".into(),
        Kind::Int(i) => i.to_string(),
        Kind::Float(f) => format!("f{}", hex(&f.to_be_bytes())),
        Kind::Bytes(b) => format!("b{}", hex(b)),
        Kind::Str2(b) => format!("s{}", hex(b)),
        Kind::Text(t) => format!("u{}", hex(t.as_bytes())),
        Kind::Tuple(v) => format!("({})", list(v)),
        Kind::List(v) => format!("[{}]", list(v)),
        Kind::Dict(e) => dict(e),
        Kind::Global(m, n) => format!("{m}.{n}"),
        Kind::Object(o) => {
            let entries = if o.entries().is_empty() { String::new() } else { dict(o.entries()) };
            let state = o.state().map_or(String::new(), |s| format!("!{}", show(s)));
            format!("{}.{}({}){entries}{state}", o.global().0, o.global().1, list(o.args()))
        }
        Kind::Persistent(id) => format!("@{}", show(id)),
        other => panic!("no notation for {other:?}"),
    }
}

fn read(bytes: &[u8]) -> Pickle {
    Pickle::parse(bytes.to_vec(), GLOBALS, &Limits::default()).unwrap_or_else(|e| panic!("{e}: {}", hex(bytes)))
}

#[test]
fn every_protocol_of_python_gives_its_values() {
    let lines: Vec<_> = PYTHON.lines().filter(|l| !l.starts_with('#')).collect();
    assert!(lines.len() > 50);
    for line in lines {
        let fields: Vec<_> = line.split(' ').collect();
        let bytes = unhex(fields[2]);
        let pickle = read(&bytes);
        assert_eq!(show(pickle.root()), fields[3], "{} of protocol {}", fields[0], fields[1]);
        assert_eq!(pickle.end(), bytes.len());
    }
}

#[test]
fn opcodes_that_python_no_longer_writes() {
    for (bytes, value) in [
        (&b"I01\n."[..], "True"),
        (b"L-12L\n.", "-12"),
        (b"L12\n.", "12"),
        (b"F1.5\n.", "f3ff8000000000000"),
        (b"S\"it's\\n\\t\\101\\x41\\q\"\n.", "s697427730a0941415c71"),
        (b"Va\\u00e9\xe9\r\n.", "u61c3a9c3a90d"),
        (b"(K\x01K\x02l.", "[1,2]"),
        (b"(K\x01K\x02d.", "{1:2}"),
        (b"(K\x01icollections\nOrderedDict\n.", "collections.OrderedDict(1)"),
        (b"(ccollections\nOrderedDict\nK\x01o.", "collections.OrderedDict(1)"),
        (b"ccollections\nOrderedDict\n)\x81}b.", "collections.OrderedDict()!{}"),
        (b"P7\n.", "@s37"),
        (b"K\x07Q.", "@7"),
        (b"\x8b\x01\x00\x00\x00\xff.", "-1"),
        (b"\x8a\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff.", "-1"),
        (b"\x8a\x00.", "0"),
        (b"K\x01(K\x02K\x031.", "1"),
        (b"K\x0120\x85.", "(1)"),
        (b"(0N.", "None"),
        (b"K\x01p5\n0g5\n.", "1"),
    ] {
        assert_eq!(show(read(bytes).root()), value, "{}", hex(bytes));
    }
}

#[test]
fn what_follows_stop_is_left_alone_and_nothing_is_copied_out_of_the_input() {
    let pickle = read(b"C\x03abc.rest");
    assert_eq!((pickle.end(), pickle.root().bytes()), (6, Some(&b"abc"[..])));
    assert_eq!(pickle.root().bytes().expect("bytes").as_ptr(), pickle.input()[2..].as_ptr());
}

#[test]
fn sizes_count_shared_values_wherever_they_stand() {
    // [1, 2] twice in a tuple: 1 + 2 * (1 + 2).
    let pickle = read(b"](K\x01K\x02eq\x00h\x00\x86.");
    assert_eq!(pickle.root().expanded(), 7);
    assert_eq!(pickle.root().tuple().and_then(|t| t.get(1)).map(|v| v.expanded()), Some(3));
    // A list that grows after it was put into the tuple counts as it is at the end.
    assert_eq!(read(b"]q\x00\x850h\x00K\x05ah\x00\x85.").root().expanded(), 3);
}

#[test]
fn a_key_that_stands_twice_is_found_as_in_python() {
    let pickle = read(b"}(X\x01\x00\x00\x00aK\x01X\x01\x00\x00\x00aK\x02u.");
    assert_eq!(pickle.root().dict().and_then(|d| d.find("a")).and_then(|v| v.int()), Some(2));
}
