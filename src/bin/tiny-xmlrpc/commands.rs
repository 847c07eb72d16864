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

/// The shells that there are completions for.
pub(crate) const SHELLS: &[&str] = &["bash", "zsh", "fish"];

const DIALECT: Opt = Opt {
    long: "dialect",
    short: None,
    value: "NAME",
    choices: DIALECTS,
    about: "strict, xmlrpc-c (default), python, apache, ros",
};

const CONNECTION: &[Opt] = &[
    Opt::of("timeout", Some('t'), "SECONDS", "for each call; 0 is for ever, the default 60"),
    Opt::of("header", Some('H'), "NAME: VALUE", "one more header field; may be repeated"),
    Opt::of("user", Some('u'), "NAME:PASSWORD", "or NAME, with the password in $XMLRPC_PASSWORD"),
    Opt::of("unix", None, "SOCKET", "by this Unix socket; of the URL the path counts"),
    DIALECT,
    Opt::of("proxy", None, "PROXY", "like http://host:port or socks5://host:port"),
    Opt::of("cacert", None, "FILE", "trust these certificates (PEM), and no others"),
    Opt::of("cert", None, "FILE", "show this certificate; its key stands there too"),
    Opt::flag("verbose", Some('v'), "show the wire on standard error"),
];

/// What speaks another protocol than XML-RPC.
const JSON_RPC: Opt = Opt::flag("json-rpc", None, "speak JSON-RPC 2.0 in place of XML-RPC");

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

/// What a URL can be.
pub(crate) const URLS: &str = "http://, https://, unix:/SOCKET:/PATH, scgi://HOST:PORT or scgi:/SOCKET";

/// The two that every command has.
pub(crate) const COMMON: &[Opt] =
    &[Opt::flag("help", Some('h'), "show this"), Opt::flag("version", Some('V'), "show the version")];

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "call",
        operands: "URL METHOD [ARG…]",
        least: 2,
        most: usize::MAX,
        about: "call a method and print its result as JSON",
        text: "\
An argument is JSON where it reads as such, otherwise text; or of a type:
  i/5 int   I/5 i8   d/1.5 double   b/1 boolean   s/text   t/20260102T03:04:05
  h/00ff bytes   n/ nil   @FILE its bytes   - JSON or text, @- bytes from stdin",
        options: &[
            &[
                Opt::of("json", Some('j'), "ARRAY", "all arguments as a JSON array; - standard input"),
                Opt::flag("typed", Some('T'), "arguments (in one array) and result typed"),
                Opt::flag("raw", Some('r'), "print the reply as it came"),
                JSON_RPC,
            ],
            CONNECTION,
        ],
        examples: &[
            "call http://localhost:8000 put s/007 @photo.jpg | jq .size",
            "call http://localhost:8000 add -T '[{\"int\":2},{\"i8\":3}]'",
        ],
    },
    Command {
        name: "list",
        operands: "URL",
        least: 1,
        most: 1,
        about: "list a service's methods",
        text: "By system.listMethods, one on a line.",
        options: &[&[JSON_RPC], CONNECTION],
        examples: &["list http://localhost:8000", "list http://localhost:8000 | grep ^system"],
    },
    Command {
        name: "describe",
        operands: "URL [METHOD]",
        least: 1,
        most: 2,
        about: "show signatures and help of one method, or of all",
        text: "By system.methodSignature and system.methodHelp.",
        options: &[&[JSON_RPC], CONNECTION],
        examples: &["describe http://localhost:8000", "describe http://localhost:8000 system.multicall"],
    },
    Command {
        name: "multicall",
        operands: "URL [FILE]",
        least: 1,
        most: 2,
        about: "make many calls in one exchange",
        text: "\
The calls come from FILE or standard input: a JSON array of them, or one behind
the other. Each is [\"method\",arg,…] or {\"methodName\":\"method\",\"params\":[arg,…]}.
Prints an array with {\"params\":[result]} for each, or {\"fault\":{\"faultCode\":1,
\"faultString\":\"text\"}}; faults also on standard error. JSON-RPC has a batch.",
        options: &[
            &[
                Opt::flag("typed", Some('T'), "calls and replies typed, as decode prints them"),
                Opt::flag("fall-back", None, "call one by one where there is no system.multicall"),
                JSON_RPC,
            ],
            CONNECTION,
        ],
        examples: &[
            "multicall http://localhost:8000 <<< '[[\"add\",2,3],[\"pwd\"]]'",
            "multicall http://localhost:8000 calls.json | jq -c '.[]'",
        ],
    },
    Command {
        name: "ping",
        operands: "URL",
        least: 1,
        most: 1,
        about: "measure round trips",
        text: "\
Calls a method over and over on one connection and tells how long the answers
took: the least, percentiles, the most. A fault is an answer too.",
        options: &[
            &[
                Opt::of("count", Some('c'), "NUMBER", "how many calls; 10 without it"),
                Opt::of("interval", Some('i'), "SECONDS", "between two calls; 0.1 without it"),
                Opt::of("method", Some('m'), "METHOD", "without it system.getCapabilities"),
            ],
            CONNECTION,
        ],
        examples: &["ping http://localhost:8000", "ping http://localhost:8000 -c 1000 -i 0 -m pwd"],
    },
    Command {
        name: "codegen",
        operands: "URL",
        least: 1,
        most: 1,
        about: "make a Rust interface of a service's introspection",
        text: "\
Prints a module with a trait and a client of all methods that have a signature,
for the macro tiny_xmlrpc::interface. A method with several signatures is there
several times. Methods without one are named in a comment.",
        options: &[&[Opt::of("name", Some('n'), "NAME", "of the trait; Service without it")], CONNECTION],
        examples: &["codegen http://localhost:8000 --name Validator > src/validator.rs"],
    },
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
    Command {
        name: "serve",
        operands: "[ADDRESS]",
        least: 0,
        most: 1,
        about: "serve the validation suite, to try clients against",
        text: "\
Without ADDRESS it is 127.0.0.1:8000; port 0 takes any free one. Its URL stands
on the first line. The methods are those of the UserLand validation suite and a
few more; a browser shows a page about them, with forms that call them. Clients
may speak JSON-RPC as well.",
        options: &[&[Opt::flag("verbose", Some('v'), "a line for each request, on standard error")]],
        examples: &["serve", "serve '[::]:8080'"],
    },
    Command {
        name: "completions",
        operands: "SHELL",
        least: 1,
        most: 1,
        about: "print completions for bash, zsh or fish",
        text: "What to do with them stands at their head.",
        options: &[],
        examples: &[
            "completions bash >> ~/.bash_completion",
            "completions zsh > ~/.zfunc/_tiny-xmlrpc",
            "completions fish > ~/.config/fish/completions/tiny-xmlrpc.fish",
        ],
    },
    Command {
        name: "man",
        operands: "",
        least: 0,
        most: 0,
        about: "print the manual page",
        text: "In the form that man reads.",
        options: &[],
        examples: &["man | man -l -", "man > ~/.local/share/man/man1/tiny-xmlrpc.1"],
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
