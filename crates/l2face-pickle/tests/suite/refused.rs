//! Hostile and damaged pickles: one clear error each, with the place.
use crate::values::GLOBALS;
use l2face_pickle::{Limits, Pickle, Problem};

fn refused_within(bytes: &[u8], limits: &Limits) -> (usize, Problem) {
    let error = Pickle::parse(bytes.to_vec(), GLOBALS, limits).expect_err("must be refused");
    assert!(error.to_string().starts_with(&format!("byte {} of the pickle: ", error.at)));
    (error.at, error.problem)
}

fn refused(bytes: &[u8]) -> (usize, Problem) {
    refused_within(bytes, &Limits::default())
}

fn global(module: &str, name: &str) -> Problem {
    Problem::Global { module: module.into(), name: name.into() }
}

#[test]
fn names_outside_the_list_are_refused_where_they_are_read() {
    assert_eq!(refused(b"cos\nsystem\n(S'true'\ntR."), (0, global("os", "system")));
    assert_eq!(refused(b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R."), (18, global("builtins", "eval")));
    assert_eq!(refused(b"N0(S'true'\nios\nsystem\n."), (11, global("os", "system")));
    assert_eq!(refused(b"(cos\nsystem\nS'true'\no."), (1, global("os", "system")));
    // Parts of an allowed name are not that name.
    assert_eq!(refused(b"ccollections\nOrderedDict.x\n."), (0, global("collections", "OrderedDict.x")));
    let long = [b"c".repeat(70).as_slice(), b"\nx\n."].concat();
    assert!(matches!(refused(&long), (0, Problem::Global { module, .. }) if module.chars().count() == 61));
    let message = Pickle::parse(b"cos\nsystem\n.".to_vec(), &[], &Limits::default()).expect_err("refused").to_string();
    assert!(message.contains("os.system") && message.contains("state_dict"), "{message}");
}

#[test]
fn lengths_are_compared_with_the_input_before_anything_is_taken() {
    let ended = |wanted, left| Problem::Ended { wanted, left };
    assert_eq!(refused(b"X\xff\xff\xff\xffabc."), (0, ended(0xffff_ffff, 4)));
    assert_eq!(refused(b"N\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc."), (1, ended(u64::MAX, 4)));
    assert_eq!(refused(b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."), (0, ended(u64::MAX >> 1, 1)));
    assert_eq!(refused(b"\x96\x00\x00\x00\x00\x01\x00\x00\x00."), (0, ended(1 << 32, 1)));
    assert_eq!(refused(b"\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00N."), (2, ended(255, 2)));
    assert_eq!(refused(b"\x8b\xff\xff\xff\x7f."), (0, ended(0x7fff_ffff, 1)));
    assert_eq!(refused(b"B\x05\x00\x00\x00abc"), (0, ended(5, 3)));
    assert_eq!(refused(b"C\x05abc"), (0, ended(5, 3)));
    assert_eq!(refused(b"M\x01"), (0, ended(2, 1)));
    assert_eq!(refused(b"\x8b\xff\xff\xff\xff."), (0, Problem::NegativeLength));
    assert_eq!(refused(b"T\xff\xff\xff\xff."), (0, Problem::NegativeLength));
}

#[test]
fn ends_and_stacks() {
    assert_eq!(refused(b""), (0, Problem::Ended { wanted: 1, left: 0 }));
    assert_eq!(refused(b"N"), (1, Problem::Ended { wanted: 1, left: 0 }));
    assert_eq!(refused(b"I12"), (0, Problem::OpenLine));
    for underflow in
        [&b"."[..], b"0.", b"2.", b"\x85.", b"N\x86.", b"a.", b"]a.", b"Q.", b"q\x00.", b"\x94.", b"R.", b"b.", b"(o."]
    {
        assert!(matches!(refused(underflow), (_, Problem::Underflow)), "{underflow:?}");
    }
    assert_eq!(refused(b"N(."), (2, Problem::Underflow));
    assert_eq!(refused(b"N(\x85."), (2, Problem::Underflow));
    for no_mark in [&b"t."[..], b"Nl.", b"]e.", b"}u.", b"1.", b"NNd."] {
        assert!(matches!(refused(no_mark), (_, Problem::NoMark)), "{no_mark:?}");
    }
    assert_eq!(refused(b"h\x05."), (0, Problem::Memo(5)));
    assert_eq!(refused(b"j\xff\xff\xff\xff."), (0, Problem::Memo(u32::MAX)));
}

#[test]
fn opcodes_and_kinds() {
    assert_eq!(refused(b"Nz."), (1, Problem::UnknownOpcode(b'z')));
    assert_eq!(refused(b"\x80\x06N."), (0, Problem::Protocol(6)));
    let named = [(0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x8f, "EMPTY_SET"), (0x90, "ADDITEMS")];
    let more = [(0x91, "FROZENSET"), (0x92, "NEWOBJ_EX"), (0x97, "NEXT_BUFFER"), (0x98, "READONLY_BUFFER")];
    for (byte, name) in named.into_iter().chain(more) {
        assert_eq!(refused(&[byte, 1, b'.']), (0, Problem::RefusedOpcode(name)));
    }
    let wrong = |got, wanted| Problem::Wrong { got, wanted };
    assert_eq!(refused(b")Na."), (2, wrong("a tuple", "a list")));
    assert_eq!(refused(b"]NNs."), (3, wrong("a list", "a dict")));
    assert_eq!(refused(b"}}b."), (2, wrong("a dict", "an object")));
    assert_eq!(refused(b"K\x01)R."), (3, wrong("an int", "a class or function")));
    assert_eq!(refused(b"ccollections\nOrderedDict\nNR."), (26, wrong("None", "a tuple")));
    assert_eq!(refused(b"NN\x93."), (2, wrong("None", "the name of a class or function")));
    assert_eq!(refused(b"ccollections\nOrderedDict\n)RNbNb."), (30, Problem::TwoStates));
    assert_eq!(refused(b"}(Nu."), (3, Problem::OddItems));
    assert_eq!(refused(b"(Nd."), (2, Problem::OddItems));
}

#[test]
fn numbers_and_texts() {
    assert_eq!(refused(b"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01."), (0, Problem::LargeInteger));
    assert_eq!(refused(b"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00."), (0, Problem::LargeInteger));
    assert_eq!(refused(b"L9223372036854775808L\n."), (0, Problem::LargeInteger));
    assert_eq!(refused(b"I1x\n."), (0, Problem::BadNumber("1x".into(), "an integer")));
    assert_eq!(refused(b"F1,5\n."), (0, Problem::BadNumber("1,5".into(), "a number")));
    assert_eq!(refused(b"g-1\n."), (0, Problem::BadNumber("-1".into(), "a number of the memo")));
    assert_eq!(refused(b"X\x02\x00\x00\x00\xff\xff."), (0, Problem::NotUtf8));
    for bad in [
        &b"Sabc\n."[..],
        b"S'abc\n.",
        b"S'\n.",
        b"S\n.",
        b"S'\\'\n.",
        b"S'\\x4'\n.",
        b"S'\\xzz'\n.",
        b"V\\ud800\n.",
        b"V\\u12\n.",
        b"V\\Uffffffff\n.",
    ] {
        assert_eq!(refused(bad), (0, Problem::BadString), "{bad:?}");
    }
}

#[test]
fn small_files_that_mean_huge_trees() {
    // Each level holds the one below it ten times: 10^29 values, more than 64 bits count, in 700 bytes.
    let mut laughs = b"]q\x00".to_vec();
    for level in 1..30u8 {
        laughs.extend(b"]q");
        laughs.push(level);
        laughs.push(b'(');
        laughs.extend([b'h', level - 1].repeat(10));
        laughs.push(b'e');
    }
    laughs.push(b'.');
    let expanded = Problem::Limit { what: "values when shared ones are written out", limit: 4_000_000 };
    assert_eq!(refused(&laughs).1, expanded);
    let nested = [b"]".repeat(300), b"a".repeat(299), b".".to_vec()].concat();
    let deep = Problem::Limit { what: "levels of values in one another", limit: 256 };
    assert_eq!(refused(&nested).1, deep);
    assert!(Pickle::parse(nested, GLOBALS, &Limits { depth: 300, ..Limits::default() }).is_ok());
    // A million levels neither overflow the stack here nor when it is dropped.
    let tuples = [b"N".to_vec(), b"\x85".repeat(1_000_000), b".".to_vec()].concat();
    let limits = Limits { depth: u32::MAX, ..Limits::default() };
    drop(Pickle::parse(tuples, GLOBALS, &limits).expect("as deep as allowed"));
    assert_eq!(refused(b"]q\x00h\x00a.").1, Problem::Cycle);
    assert_eq!(refused(b"}q\x00Nh\x00s.").1, Problem::Cycle);
    assert_eq!(refused(b"ccollections\nOrderedDict\n)Rq\x00h\x00b.").1, Problem::Cycle);
}

#[test]
fn what_a_pickle_may_cost() {
    let values = |limit| Problem::Limit { what: "values", limit };
    let limits = Limits { values: 1000, ..Limits::default() };
    for many in [
        b"N".repeat(1001),
        b"(".repeat(1001),
        [b"N".to_vec(), b"2".repeat(1000)].concat(),
        [b"Nq\x00".to_vec(), b"h\x00".repeat(999)].concat(),
        [b"N".to_vec(), b"\x94".repeat(1000)].concat(),
    ] {
        assert_eq!(refused_within(&many, &limits).1, values(1000));
    }
    // Taking values away again does not pay for new ones.
    assert_eq!(refused_within(&b"N0".repeat(1001), &limits).1, values(1000));
    let limits = Limits { bytes: 10, ..Limits::default() };
    let bytes = Problem::Limit { what: "bytes", limit: 10 };
    assert_eq!(refused_within(&[b'N'; 11], &limits), (0, bytes.clone()));
    let endless = Pickle::read(std::io::repeat(b'N'), GLOBALS, &limits).expect_err("too long");
    assert_eq!(endless.problem, bytes);
    assert!(Pickle::read(&b"N."[..], GLOBALS, &limits).is_ok());
}
