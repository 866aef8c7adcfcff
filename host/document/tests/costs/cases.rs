//! Patches that ask for as much as they can.

use amend_document::{
    ApplyError, Document, Exceeded, Limits, Meter, Patch, PatchError, Pointer, ReadError,
    diff_within,
};

/// What is done in one case.
pub(crate) enum Case {
    Operations {
        document: String,
        patch: String,
    },
    Merge {
        document: String,
        patch: String,
    },
    Replace {
        document: String,
        patch: String,
    },
    /// In place of nothing.
    Copy {
        patch: String,
    },
    Diff {
        old: String,
        new: String,
    },
    /// One patch after the other, at a scope.
    Under {
        document: String,
        scope: String,
        patches: Vec<String>,
    },
}

pub(crate) fn limits() -> Limits {
    Limits::default().with_size(16 << 20)
}

fn of_patch(error: PatchError) -> Option<Exceeded> {
    match error {
        PatchError::Exceeded(exceeded) => Some(exceeded),
        other => panic!("{other}"),
    }
}

fn of_text(error: ReadError) -> Option<Exceeded> {
    match error {
        ReadError::Exceeded(exceeded) => Some(exceeded),
        other => panic!("{other}"),
    }
}

/// Whether a limit of the meter was exceeded. Every other error is an outcome like any other.
fn apply(
    document: &mut Document<'_>,
    scope: &Pointer,
    patch: &Patch,
    meter: &Meter,
) -> Result<(), Option<Exceeded>> {
    let before = document.len();
    match document.apply_under_within(scope, patch, meter) {
        Err(ApplyError::Exceeded { exceeded, .. }) => {
            assert_eq!(document.len(), before);
            Err(Some(exceeded))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

impl Case {
    /// Reads all texts and applies the patch. Everything is dropped at the end.
    pub(crate) fn run(&self, meter: &Meter) -> Result<(), Option<Exceeded>> {
        let (limits, root) = (limits(), Pointer::root());
        let parse = |text| Document::parse_within(text, &limits, meter).map_err(of_text);
        match self {
            Case::Operations { document, patch } => {
                let mut document = parse(document.as_bytes())?;
                let patch = Patch::operations_within(patch, &limits, meter).map_err(of_patch)?;
                apply(&mut document, &root, &patch, meter)
            }
            Case::Merge { document, patch } => {
                let mut document = parse(document.as_bytes())?;
                let text = patch.clone();
                let patch = Patch::merge_within(text, &limits, meter).map_err(of_patch)?;
                apply(&mut document, &root, &patch, meter)
            }
            Case::Replace { document, patch } => {
                let mut document = parse(document.as_bytes())?;
                let text = patch.clone();
                let patch = Patch::replace_within(text, &limits, meter).map_err(of_patch)?;
                apply(&mut document, &root, &patch, meter)
            }
            Case::Copy { patch } => {
                let mut document = Document::absent(&limits);
                let text = patch.clone();
                let patch = Patch::copy_within(text, &limits, meter).map_err(of_patch)?;
                apply(&mut document, &root, &patch, meter)
            }
            Case::Diff { old, new } => {
                let (old, new) = (old.as_bytes(), new.as_bytes());
                diff_within(old, new, &limits, meter).map_err(of_text)?;
                Ok(())
            }
            Case::Under {
                document,
                scope,
                patches,
            } => {
                let mut document = parse(document.as_bytes())?;
                let scope = Pointer::parse(scope).expect("a pointer");
                for patch in patches {
                    let patch =
                        Patch::operations_within(patch, &limits, meter).map_err(of_patch)?;
                    apply(&mut document, &scope, &patch, meter)?;
                }
                Ok(())
            }
        }
    }

    /// How many bytes the texts have that the caller holds, and that are handed over.
    pub(crate) fn given(&self) -> u64 {
        let given = match self {
            Case::Merge { patch, .. } | Case::Replace { patch, .. } | Case::Copy { patch } => {
                patch.len()
            }
            _ => 0,
        };
        given as u64
    }
}

fn operations(document: impl Into<String>, operations: &[String]) -> Case {
    Case::Operations {
        document: document.into(),
        patch: format!("[{}]", operations.join(",")),
    }
}

fn repeated(document: impl Into<String>, both: &str, times: usize) -> Case {
    operations(document, &vec![both.to_owned(); times])
}

fn list(n: usize, element: impl Fn(usize) -> String) -> String {
    let elements: Vec<String> = (0..n).map(element).collect();
    format!("[{}]", elements.join(","))
}

fn object(n: usize, member: impl Fn(usize) -> String) -> String {
    let members: Vec<String> = (0..n).map(member).collect();
    format!("{{{}}}", members.join(","))
}

/// So deep, with this inside.
fn nested(depth: usize, inside: &str) -> String {
    format!("{}{inside}{}", "[".repeat(depth), "]".repeat(depth))
}

fn nested_objects(depth: usize, inside: &str) -> String {
    format!("{}{inside}{}", "{\"a\":".repeat(depth), "}".repeat(depth))
}

/// The numbers below `n`, in another order.
fn scattered(n: usize) -> impl Fn(usize) -> usize {
    move |at| at.wrapping_mul(2_654_435_761) % n
}

const COPY_AND_REMOVE: &str =
    r#"{"op":"copy","from":"/a","path":"/b"},{"op":"remove","path":"/b"}"#;

/// Every case, of about `n` bytes.
pub(crate) fn all(n: usize) -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    of_copies(n, &mut cases);
    of_tests(n, &mut cases);
    of_places(n, &mut cases);
    of_names(n, &mut cases);
    of_layout(n, &mut cases);
    of_merges(n, &mut cases);
    of_replacements(n, &mut cases);
    cases
}

type Cases = Vec<(String, Case)>;

fn of_copies(n: usize, cases: &mut Cases) {
    let string = format!("{{\"a\":\"{}\"}}", "x".repeat(n));
    let lines = format!("{{\n  \"a\": {}\n}}", list(n / 8, |n| format!("\n    {n}")));
    let deep = format!(
        "{{\"a\":{}}}",
        nested(400, &list(n / 4, |n| (n % 10).to_string()))
    );
    cases.push((
        "copies of a string".to_owned(),
        repeated(&*string, COPY_AND_REMOVE, 200),
    ));
    cases.push((
        "copies of lines".to_owned(),
        repeated(&*lines, COPY_AND_REMOVE, 100),
    ));
    cases.push((
        "copies of a deep value".to_owned(),
        repeated(&*deep, COPY_AND_REMOVE, 100),
    ));
    let split = r#"{"op":"add","path":"/a/0","value":1}"#;
    let there = r#"{"op":"move","from":"/a","path":"/b"},{"op":"add","path":"/b/0","value":1},{"op":"move","from":"/b","path":"/a"}"#;
    let numbers = format!("{{\"a\":{}}}", list(n / 2, |_| "1".to_owned()));
    cases.push((
        "moves of a split value".to_owned(),
        operations(&*numbers, &[split.to_owned(), vec![there; 20].join(",")]),
    ));
    let inside = r#"{"op":"copy","from":"/a","path":"/a/0"}"#;
    cases.push((
        "copies into itself".to_owned(),
        repeated("{\"a\":[1]}", inside, n.ilog2() as usize),
    ));
    let root = r#"{"op":"copy","from":"","path":"/a"}"#;
    cases.push((
        "copies of the root".to_owned(),
        repeated("{\"b\":1}", root, n.ilog2() as usize),
    ));
    let replace = format!(
        r#"{{"op":"replace","path":"/a","value":"{}"}}"#,
        "y".repeat(n / 100)
    );
    cases.push(("replacements".to_owned(), repeated(&*string, &replace, 100)));
    cases.push((
        "moves out of range".to_owned(),
        repeated(&*lines, r#"{"op":"move","from":"/a","path":"/a"}"#, 100),
    ));
}

fn of_tests(n: usize, cases: &mut Cases) {
    let test = |value: &str| format!(r#"{{"op":"test","path":"","value":{value}}}"#);
    let mut twice = |name, document: String, value: String| {
        cases.push((
            String::from(name),
            operations(document, &[test(&value), test(&value)]),
        ));
    };
    let ones = "1".repeat(n);
    twice(
        "tests of numbers",
        format!("{ones}.0"),
        format!("{ones}0e-1"),
    );
    twice(
        "tests of exponents",
        format!("1e{ones}"),
        format!("10e{}0", &ones[1..]),
    );
    twice(
        "tests of zeros",
        format!("0.{}1", "0".repeat(n)),
        format!("1e-{}", n + 1),
    );
    twice(
        "tests of strings",
        format!("\"{}\"", "x".repeat(n)),
        format!("\"{}\"", "\\u0078".repeat(n)),
    );
    let escapes = "\\n".repeat(n / 2);
    twice(
        "tests of escapes",
        format!("\"{escapes}\\u0041\""),
        format!("\"{escapes}A\""),
    );
    let member = |n: usize| format!("\"{n}\":1");
    let (there, back) = (
        object(n / 10, member),
        object(n / 10, |at| member(n / 10 - 1 - at)),
    );
    twice("tests of members in another order", there.clone(), back);
    let short = |n: usize| format!("\"\\u0061{n}\":1");
    let long = |at: usize| format!("\"a{}\":1", n / 10 - 1 - at);
    twice(
        "tests of escaped members",
        object(n / 10, short),
        object(n / 10, long),
    );
    twice(
        "tests of short elements",
        list(n / 2, |_| "1".into()),
        list(n / 2, |_| "1.0".into()),
    );
    let deep = nested(500, "1");
    let elements = n / deep.len() + 1;
    twice(
        "tests of deep values",
        list(elements, |_| deep.clone()),
        list(elements, |at| {
            if at + 1 == elements {
                nested(500, "2")
            } else {
                format!(" {deep}")
            }
        }),
    );
    let objects = |order: bool| {
        let (first, behind) = if order {
            ("\"b\":1,", "")
        } else {
            ("", ",\"b\":1")
        };
        let open = format!("{{{first}\"a\":").repeat(200);
        format!("{open}1{}", format!("{behind}}}").repeat(200))
    };
    let elements = n / objects(true).len() + 1;
    twice(
        "tests of deep objects",
        list(elements, |_| objects(true)),
        list(elements, |_| objects(false)),
    );
    let split = r#"{"op":"add","path":"/0","value":1}"#.to_owned();
    let wanted = list(n / 2, |_| "1".into());
    let patch = [vec![split], vec![test(&wanted); 3]].concat();
    cases.push((
        "tests of a split value".to_owned(),
        operations(&*wanted, &patch),
    ));
}

fn of_places(n: usize, cases: &mut Cases) {
    let numbers = list(n / 2, |_| "1".to_owned());
    let times = n / 100;
    let add = |at: &str| format!(r#"{{"op":"add","path":"/{at}","value":1}}"#);
    let remove = |at: &str| format!(r#"{{"op":"remove","path":"/{at}"}}"#);
    cases.push((
        "additions at the start".to_owned(),
        repeated(&*numbers, &add("0"), times),
    ));
    cases.push((
        "additions at the end".to_owned(),
        repeated(&*numbers, &add("-"), times),
    ));
    cases.push((
        "additions in the middle".to_owned(),
        repeated(&*numbers, &add(&(n / 4).to_string()), times),
    ));
    cases.push((
        "removals at the start".to_owned(),
        repeated(&*numbers, &remove("0"), times),
    ));
    let last = (n / 2 - 1).to_string();
    let both = [add("0"), remove(&last)].join(",");
    cases.push((
        "from one end to the other".to_owned(),
        repeated(&*numbers, &both, times),
    ));
    let long = format!("\"{}\"", "x".repeat(1100));
    let alone = list(n / 1000, |_| long.clone());
    cases.push((
        "removals of long elements".to_owned(),
        repeated(&*alone, &remove("0"), n / 1000),
    ));
    let row = list(500, |_| "1".into());
    let rows = n / row.len();
    let open: Vec<String> = (0..rows).map(|at| add(&format!("{at}/0"))).collect();
    cases.push((
        "rows that are taken apart".to_owned(),
        operations(list(rows, |_| row.clone()), &open),
    ));
    let deep = list(n / 2000 + 1, |_| nested(500, "1"));
    let way = "/0".repeat(500);
    let open: Vec<String> = (0..n / 2000 + 1)
        .map(|at| add(&format!("{at}{way}")))
        .collect();
    cases.push((
        "deep values that are taken apart".to_owned(),
        operations(deep.clone(), &open),
    ));
    let inside = r#"{"op":"add","path":"/-","value":"#;
    let way = "/0".repeat(400);
    let deep = nested(400, &list(n / 4, |_| "1".into()));
    cases.push((
        "deep values that were inserted".to_owned(),
        operations(
            "[]",
            &[format!("{inside}{deep}}}"), add(&format!("0{way}"))],
        ),
    ));
    let patch = |at: usize| format!(r#"[{{"op":"add","path":"/{}","value":1}}]"#, at % 10);
    cases.push((
        "patch after patch".to_owned(),
        Case::Under {
            document: format!("{{\"a\":{numbers}}}"),
            scope: "/a".into(),
            patches: (0..20).map(patch).collect(),
        },
    ));
    cases.push((
        "a deep scope".to_owned(),
        Case::Under {
            document: nested_objects(300, &list(n / 4, |_| "1".into())),
            scope: "/a".repeat(300),
            patches: (0..20).map(patch).collect(),
        },
    ));
    let small = r#"{"op":"remove","path":"/a"}"#;
    cases.push(("small operations".to_owned(), repeated("{}", small, n / 30)));
    let slashes = format!(r#"{{"op":"remove","path":"{}"}}"#, "/".repeat(n / 4));
    cases.push(("long pointers".to_owned(), repeated("{}", &slashes, 2)));
    let ignored = format!(
        r#"{{"op":"remove","path":"/a","x":{}}}"#,
        list(n / 4, |_| "[]".into())
    );
    cases.push((
        "members that mean nothing".to_owned(),
        repeated("{}", &ignored, 2),
    ));
    let makes = format!("/{}", "a/".repeat(400));
    cases.push((
        "a scope that is made".to_owned(),
        Case::Under {
            document: "{}".into(),
            scope: makes,
            patches: vec![format!(r#"[{{"op":"add","path":"","value":{numbers}}}]"#)],
        },
    ));
}

fn of_names(n: usize, cases: &mut Cases) {
    let members = object(n / 10, |at| format!("\"{at}\":1"));
    let test = |at: usize| {
        format!(
            r#"{{"op":"test","path":"/{}","value":1}}"#,
            scattered(n / 10)(at)
        )
    };
    let tests: Vec<String> = (0..n / 100).map(test).collect();
    cases.push(("many names".to_owned(), operations(&*members, &tests)));
    let add = |at: usize| {
        format!(
            r#"{{"op":"add","path":"/x{at}","value":1}},{{"op":"remove","path":"/x{}"}}"#,
            at / 2
        )
    };
    let adds: Vec<String> = (0..n / 100).map(add).collect();
    cases.push((
        "names that come and go".to_owned(),
        operations(&*members, &adds),
    ));
    let same = |at: usize| {
        format!(
            r#"{{"op":"add","path":"/y{at}","value":1}},{{"op":"add","path":"/x","value":1}},{{"op":"remove","path":"/x"}}"#
        )
    };
    let adds: Vec<String> = (0..n / 100).map(same).collect();
    cases.push((
        "a name that comes and goes".to_owned(),
        operations(&*members, &adds),
    ));
    let all = object(n / 6, |at| {
        if at == 0 {
            "\"b\":1".into()
        } else {
            "\"a\":1".into()
        }
    });
    let b = r#"{"op":"test","path":"/b","value":1}"#;
    cases.push(("one name for all".to_owned(), repeated(&*all, b, 100)));
    let escaped = object(n / 12, |at| format!("\"\\u006{}{at}\":1", at % 6));
    let tests: Vec<String> = (0..100)
        .map(|at| format!(r#"{{"op":"test","path":"/a{at}","value":1}}"#))
        .collect();
    cases.push(("escaped names".to_owned(), operations(&*escaped, &tests)));
    let long = object(20, |at| format!("\"{at}{}\\n\":1", "x".repeat(n / 20)));
    let add = r#"{"op":"add","path":"/a","value":1}"#;
    cases.push(("long names".to_owned(), repeated(&*long, add, 100)));
    let control = format!(
        r#"{{"op":"add","path":"/{}","value":1}}"#,
        "\\u0001".repeat(n / 6)
    );
    cases.push((
        "a name of control characters".to_owned(),
        operations("{}", &[control]),
    ));
}

fn of_layout(n: usize, cases: &mut Cases) {
    let pretty = "{\n  \"a\": []\n}";
    let add = |value: &str| format!(r#"{{"op":"add","path":"/a/-","value":{value}}}"#);
    let deep = nested(500, &list(n / 1000, |_| "1".into()));
    cases.push((
        "a deep value in lines".to_owned(),
        operations(pretty, &[add(&deep)]),
    ));
    let huge = nested(500, &list(n / 4, |_| "1".into()));
    cases.push((
        "a value too large in lines".to_owned(),
        operations(pretty, &[add(&huge)]),
    ));
    let wide = list(n / 4, |_| "{\"a\":1}".into());
    cases.push((
        "a wide value in lines".to_owned(),
        operations(pretty, &[add(&wide)]),
    ));
    let space = " ".repeat(n / 10);
    let indented = format!("{{\n{space}\"a\": 1\n}}");
    let member = |at: usize| format!(r#"{{"op":"add","path":"/b{at}","value":{{"c":[]}}}}"#);
    let members: Vec<String> = (0..50).map(member).collect();
    cases.push((
        "a large indent".to_owned(),
        operations(&*indented, &members),
    ));
    let open = |at: usize| format!(r#"{{"op":"add","path":"/b{at}/d","value":1}}"#);
    let both: Vec<String> = (0..30).flat_map(|at| [member(at), open(at)]).collect();
    cases.push((
        "a large indent in empty objects".to_owned(),
        operations(&*indented, &both),
    ));
    let gone = r#"{"op":"remove","path":"/a"},{"op":"add","path":"/a","value":1}"#;
    cases.push((
        "a large indent that moves".to_owned(),
        repeated(&*indented, gone, 50),
    ));
    let move_in =
        r#"{"op":"move","from":"/a","path":"/b/a"},{"op":"move","from":"/b/a","path":"/a"}"#;
    let lines = format!(
        "{{\n  \"a\": {},\n  \"b\": {{}}\n}}",
        list(n / 8, |n| format!("\n    {n}"))
    );
    cases.push((
        "lines that are indented anew".to_owned(),
        repeated(&*lines, move_in, 20),
    ));
}

fn of_merges(n: usize, cases: &mut Cases) {
    let mut merge = |name, document: &str, patch: String| {
        let document = document.to_owned();
        cases.push((String::from(name), Case::Merge { document, patch }));
    };
    let members = |value: &str| object(n / 10, |at| format!("\"{at}\":{value}"));
    merge("a merge of many members", "{}", members("1"));
    merge("a merge into many members", &members("1"), members("2"));
    merge("a merge of many nulls", &members("1"), members("null"));
    merge(
        "a merge that changes nothing",
        &members("1"),
        members("1.0"),
    );
    merge("a merge of objects", &members("{}"), members("{}"));
    let deep = nested_objects(400, &members("{}"));
    merge("a deep merge", &deep, deep.clone());
    merge("a deep merge into nothing", "{}", deep);
    let nulls = object(n / 20, |at| format!("\"{at}\":{{\"a\":null}}"));
    merge("a merge of nulls into nothing", "[]", nulls);
    let list = list(n / 2, |_| "1".into());
    merge(
        "a merge of an array",
        &format!("{{\"a\":{list}}}"),
        format!("{{\"a\":{list}}}").replace("1]", "2]"),
    );
    let escaped = object(n / 12, |at| format!("\"\\u0061{at}\":{{}}"));
    merge("a merge of escaped names", "{}", escaped);
}

fn of_replacements(n: usize, cases: &mut Cases) {
    let numbers = |element: &dyn Fn(usize) -> usize| list(n / 8, |at| element(at).to_string());
    let (sorted, mixed) = (numbers(&|at| at), numbers(&scattered(n / 8)));
    let few = |seed: usize| {
        list(n / 2, |at| {
            ((at.wrapping_mul(2_654_435_761) >> 7) % seed).to_string()
        })
    };
    let record = |at: usize, value: usize| {
        format!("{{\"id\":{at},\"value\":{value},\"tags\":[\"a\",\"b\"]}}")
    };
    let records = |shift: usize, value: usize| list(n / 40, |at| record(at + shift, at * value));
    let shuffled = list(n / 40, |at| record(scattered(n / 40)(at), at));
    let member = |at: usize, value: usize| format!("\"{at}\":{value}");
    let many = n / 12;
    let deep = |inside: usize| {
        let value = nested(500, &inside.to_string());
        list(n / value.len() + 1, |at| {
            value.clone() + if at % 2 == inside { " " } else { "" }
        })
    };
    let nests = |inside: &str| nested(500, &list(n / 4, |at| format!("{inside}{}", at % 10)));
    let objects =
        |value: &str| nested_objects(400, &object(n / 100, |at| format!("\"{at}\":{value}")));
    let pairs = |value: &str| list(n / 8, |at| format!("[{},{value}]", at % 10));
    let mut zigzag = String::from("1");
    let mut zagzig = String::from("2");
    for _ in 0..250 {
        zigzag = format!("[{zigzag},1,[2]]");
        zagzig = format!("[[2],{zagzig},1]");
    }
    let times = n / zigzag.len() + 1;
    for (name, old, new) in [
        ("the same numbers in another order", sorted.clone(), mixed),
        ("few different numbers", few(3), few(5)),
        ("records with other values", records(0, 1), records(0, 2)),
        ("records that have moved", records(0, 1), records(n / 80, 1)),
        ("records in another order", records(0, 1), shuffled),
        (
            "members in another order",
            object(many, |at| member(at, at)),
            object(many, |at| member(many - 1 - at, at)),
        ),
        (
            "other members",
            object(many, |at| member(at, at)),
            object(many, |at| member(at + many, at)),
        ),
        ("deep values", deep(0), deep(1)),
        ("a deep list", nests("1"), nests("2")),
        ("members deep inside", objects("1"), objects("2")),
        ("pairs", pairs("1"), pairs("2")),
        (
            "an array and an object",
            sorted.clone(),
            object(many, |at| member(at, at)),
        ),
        (
            "deep arrays in another order",
            list(times, |_| zigzag.clone()),
            list(times, |_| zagzig.clone()),
        ),
        (
            "long strings",
            format!("\"{}\"", "x".repeat(n)),
            format!("\"{}\"", "y".repeat(n)),
        ),
        ("nothing", "[]".into(), sorted),
    ] {
        let (document, patch) = (old.clone(), new.clone());
        cases.push((
            format!("a replacement: {name}"),
            Case::Replace { document, patch },
        ));
        cases.push((format!("a difference: {name}"), Case::Diff { old, new }));
    }
    let lines = format!(
        "[\n{}\n]",
        vec!["  {\n    \"a\": 1\n  }"; n / 20].join(",\n")
    );
    let changed = lines.replace("1", "[2,{\"b\":3}]");
    cases.push((
        "lines".to_owned(),
        Case::Replace {
            document: lines.clone(),
            patch: changed,
        },
    ));
    cases.push(("a copy".to_owned(), Case::Copy { patch: lines }));
}
