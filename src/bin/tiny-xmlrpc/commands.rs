//! What commands and options there are: parsing, help, completions and the man page all go by this table.

/// A command.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// Its arguments as the help shows them.
    pub(crate) operands: &'static str,
    /// How many of them there have to be, and may be.
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// One line.
    pub(crate) about: &'static str,
    /// Lines of more about it, of at most 78 characters.
    pub(crate) text: &'static str,
    pub(crate) options: &'static [&'static [Opt]],
    /// What comes behind the program's name.
    pub(crate) examples: &'static [&'static str],
}

/// An option.
#[derive(Debug)]
pub(crate) struct Opt {
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    /// What its value is called; empty where it has none.
    pub(crate) value: &'static str,
    /// What values there are; none where there are too many, or none.
    pub(crate) choices: &'static [&'static str],
    pub(crate) about: &'static str,
}

impl Opt {
    const fn flag(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { long, short, value: "", choices: &[], about }
    }

    const fn of(long: &'static str, short: Option<char>, value: &'static str, about: &'static str) -> Self {
        Self { long, short, value, choices: &[], about }
    }
}

/// The dialects by their names: see [`crate::dialect::by_name`].
pub(crate) const DIALECTS: &[&str] = &["strict", "xmlrpc-c", "python", "apache", "ros"];

const DIALECT: Opt = Opt {
    long: "dialect",
    short: None,
    value: "NAME",
    choices: DIALECTS,
    about: "strict, xmlrpc-c (as without it), python, apache or ros",
};

const CONNECTION: &[Opt] = &[
    Opt::of("timeout", Some('t'), "SECONDS", "how long a call may take; 0 for ever, 60 without it"),
    Opt::of("header", Some('H'), "NAME: VALUE", "one more header field; may be repeated"),
    Opt::of("user", Some('u'), "NAME:PASSWORD", "Basic authentication; without :PASSWORD it is $XMLRPC_PASSWORD"),
    Opt::of("unix", None, "SOCKET", "connect to a Unix socket; of the URL only the path counts"),
    DIALECT,
    Opt::flag("verbose", Some('v'), "show what goes over the wire, on standard error"),
];

const DOCUMENTS: &[Opt] = &[
    Opt::flag("value", None, "the document is a bare value, no call or reply"),
    Opt {
        long: "dialect",
        short: None,
        value: "NAME",
        choices: DIALECTS,
        about: "python and ros have nan, apache has big numbers",
    },
];

/// The two that every command has.
pub(crate) const COMMON: &[Opt] =
    &[Opt::flag("help", Some('h'), "show this"), Opt::flag("version", Some('V'), "show the version")];

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "decode",
        operands: "[FILE…]",
        least: 0,
        most: usize::MAX,
        about: "XML-RPC documents to typed JSON, one on a line",
        text: "\
A call is {\"methodName\":\"m\",\"params\":[…]}, a reply {\"params\":[…]} or
{\"fault\":{\"faultCode\":1,\"faultString\":\"s\"}}. Every value says its type:
{\"int\":5}, {\"string\":\"x\"}, {\"array\":[…]}, {\"struct\":[[\"name\",value],…]},
{\"nil\":null}; also i8, boolean, double, dateTime, base64, biginteger and
bigdecimal.

Of a document that is not XML-RPC nothing is printed: the error tells line,
column and value. Memory stays the same whatever the size; large output waits
in a file in $TMPDIR. Nesting ends at 128.",
        options: &[DOCUMENTS],
        examples: &[
            "decode reply.xml",
            "decode < call.xml | jq .params",
            "decode --value v.xml | tiny-xmlrpc encode --value",
        ],
    },
    Command {
        name: "encode",
        operands: "[FILE…]",
        least: 0,
        most: usize::MAX,
        about: "typed JSON back to XML-RPC documents",
        text: "\
Takes what decode prints (its help shows the form), also several documents
behind one another, and writes each as XML, with a line break behind it.

Memory stays the same whatever the size, but for names, methods and fault texts,
which are held whole; large output waits in a file in $TMPDIR.",
        options: &[DOCUMENTS],
        examples: &[
            "encode call.json",
            "encode <<< '{\"methodName\":\"add\",\"params\":[{\"int\":2},{\"int\":3}]}'",
            "encode --dialect apache reply.json",
        ],
    },
];

/// The command of this name.
pub(crate) fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl Command {
    /// All its options.
    pub(crate) fn options(&self) -> impl Iterator<Item = &'static Opt> {
        self.options.iter().copied().flatten().chain(COMMON)
    }
}
