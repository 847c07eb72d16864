"""Python's client, ServerProxy and MultiCall, against our server: python3 proxy.py SCENARIO URL"""

import datetime
import http.client
import math
import random
import struct
import sys
import xmlrpc.client
from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ProtocolError, ServerProxy

from values import as_sent, told


def equal(actual, expected):
    """Of the same type, too: True is not 1, and 1 is not 1.0."""
    if type(actual) is not type(expected) or actual != expected:
        raise AssertionError("expected %a, found %a" % (expected, actual))


def fault_of(call, *arguments):
    try:
        result = call(*arguments)
    except Fault as fault:
        equal(type(fault.faultCode), int)
        return fault.faultCode, fault.faultString
    raise AssertionError("expected a fault, found %a" % (result,))


def status_of(call, *arguments):
    try:
        result = call(*arguments)
    except ProtocolError as error:
        return error.errcode
    raise AssertionError("expected an HTTP status, found %a" % (result,))


MOMENT = datetime.datetime(1998, 7, 17, 14, 8, 55)

# Each value, what the server takes it for, and what Python makes of it if asked for its own types.
TYPES = [
    (None, "nil"),
    (True, "boolean"),
    (False, "boolean"),
    (0, "int"),
    (-1, "int"),
    (2**31 - 1, "int"),
    (-(2**31), "int"),
    (0.0, "double"),
    (-2.5, "double"),
    (1e300, "double"),
    (5e-324, "double"),
    (1.7976931348623157e308, "double"),
    (0.1, "double"),
    (math.inf, "double"),
    (-math.inf, "double"),
    ("", "string"),
    ("Arthur", "string"),
    (MOMENT, "dateTime.iso8601"),
    (datetime.datetime(1, 1, 1), "dateTime.iso8601"),
    (datetime.datetime(9999, 12, 31, 23, 59, 59), "dateTime.iso8601"),
    (b"", "base64"),
    (bytes(range(256)) * 3, "base64"),
    ([], "array"),
    ([1, 2.5, True, None, "four", [5]], "array"),
    ({}, "struct"),
    ({"name": "Arthur", "quest": {"goal": "the Grail", "years": [930, 932]}}, "struct"),
]


def types(url):
    with ServerProxy(url, allow_none=True, use_builtin_types=True) as proxy:
        for value, kind in TYPES:
            equal(proxy.kind(value), kind)
            equal(proxy.told(value), told(value))
            equal(proxy.echo(value), value)
        equal(math.isnan(proxy.echo(math.nan)), True)
        equal(math.copysign(1.0, proxy.echo(-0.0)), -1.0)
        equal(proxy.echo((1, (2, 3))), [1, [2, 3]])
        equal(proxy.echo(bytearray(b"you")), b"you")
    # Without those types Python has wrappers, both ways.
    with ServerProxy(url, allow_none=True) as proxy:
        equal(proxy.kind(DateTime(MOMENT)), "dateTime.iso8601")
        equal(proxy.echo(DateTime(MOMENT)), DateTime("19980717T14:08:55"))
        equal(proxy.echo(MOMENT), DateTime("19980717T14:08:55"))
        equal(proxy.kind(Binary(b"you")), "base64")
        equal(proxy.echo(Binary(b"you")), Binary(b"you"))
        equal(proxy.echo(b"\0\xff").data, b"\0\xff")


def typed(url):
    with ServerProxy(url, allow_none=True, use_builtin_types=True) as proxy:
        equal(proxy.negate(True), False)
        equal(proxy.next(41), 42)
        equal(proxy.half(5.0), 2.5)
        # An int is an exact double.
        equal(proxy.half(5), 2.5)
        equal(proxy.upper("straße"), "STRASSE")
        equal(proxy.next_year(MOMENT), MOMENT.replace(year=1999))
        equal(proxy.reversed(b"abc"), b"cba")
        equal(proxy.lengths(["", "a", "äö"]), [0, 1, 2])
        equal(proxy.doubled({"a": 1, "b": -2}), {"a": 2, "b": -4})
        equal(proxy.maybe(7), 7)
        equal(proxy.maybe(None), None)
        equal(proxy.maybe(), None)
        equal(proxy.nothing(), None)
        equal(proxy.move({"x": 1, "y": 2}, 10), {"x": 11, "y": 12})
        equal(proxy.sum(), 0)
        equal(proxy.sum(1, 2, 3), 6)
        # Beyond 32 bits, which Python reads and does not write.
        equal(proxy.big(), 2**62)
        equal(proxy.dotted.name.of.a_method("x"), "x")
        equal(proxy.größe(), "named")


TEXTS = [
    " ",
    "\n\t \n",
    " outer blanks ",
    "<b>&amp;</b> & < > \" ' ]]> <![CDATA[x]]> <!-- -->",
    "&#65;&lt;",
    "ÿ äöü ß",
    "日本語 ελληνικά עברית",
    "\U0001f600 \U0010ffff \U00010000",
    "e\u0301 \u200d\u2028\u0085\u00a0\ufffd\ufeff",
    "\x7f\x80\x9f",
    "x" * 100_000 + "é" * 100_000,
]


def text(url):
    with ServerProxy(url) as proxy:
        for value in TEXTS:
            equal(proxy.told(value), told(value))
            equal(proxy.echo(value), value)
            name = value[:20_000]
            equal(proxy.echo({name: value}), {name: value})
        # Python writes a carriage return as it is, which XML has a reader take for a line feed.
        for value in ["a\rb", "a\r\nb", "\r", "\r\n\r\r"]:
            equal(proxy.told(value), told(as_sent(value)))
            equal(proxy.echo(value), as_sent(value))
        # Ours survive.
        equal(proxy.returns(), {"a\rb": "\r\n\r \r"})
        # What XML cannot carry, Python sends all the same.
        code, message = fault_of(proxy.echo, "a\0b")
        equal(code, -32702)


def containers(url):
    with ServerProxy(url, allow_none=True) as proxy:
        deep = "bottom"
        for _ in range(60):
            deep = [{"inner": deep}]
        for value in [
            [[], {}, [[]], [{}], {"": []}],
            {"a": {}, "b": [], "c": {"d": {"e": [[], [[]]]}}},
            [None, [None], {"nil": None}],
            {str(number): number for number in range(5_000)},
            list(range(20_000)),
            deep,
        ]:
            equal(proxy.told(value), told(value))
            equal(proxy.echo(value), value)
        for _ in range(10):
            deep = [deep]
        code, message = fault_of(proxy.echo, deep)
        equal((code, "128" in message), (-32600, True))


def faults(url):
    with ServerProxy(url, allow_none=True) as proxy:
        equal(fault_of(proxy.fail, 42, "no such <state> & ÿ"), (42, "no such <state> & ÿ"))
        equal(fault_of(proxy.fail, -(2**31), ""), (-(2**31), ""))
        equal(fault_of(proxy.parse, "x"), (-32500, "invalid digit found in string"))
        equal(fault_of(proxy.panic), (-32603, "internal error"))
        for name in ["none", "none.of.these", "_private", "system.none", "Echo"]:
            equal(fault_of(getattr(proxy, name)), (-32601, 'method "%s" not found' % name))
        for arguments, message in [
            ((), "params[0]: expected int, found none"),
            ((1,), "params[1]: expected int, found only 1 parameter"),
            ((1, 2, 3), "expected 2 parameters, found 3"),
            ((1, "x"), 'params[1]: expected int, found string "x"'),
            ((1, None), "params[1]: expected int, found nil"),
            ((1, 2.5), "params[1]: expected int, found double 2.5"),
            (([], 1), "params[0]: expected int, found array"),
        ]:
            code, found = fault_of(proxy.add, *arguments)
            # What follows is the place in the document.
            equal((code, found.split(" at ")[0]), (-32602, message))
        code, found = fault_of(proxy.move, {"x": 1, "y": "2"}, 10)
        equal((code, found.split(" at ")[0]), (-32602, 'params[0].y: expected int, found string "2"'))
        equal(proxy.add(2, 3), 5)


def introspection(url):
    with ServerProxy(url) as proxy:
        names = proxy.system.listMethods()
        equal(names, sorted(names))
        for name in ["add", "echo", "system.listMethods", "system.methodHelp", "system.methodSignature"]:
            equal(name in names, True)
        equal(proxy.system.methodHelp("add"), "Adds two numbers.")
        equal(proxy.system.methodHelp("echo"), "")
        equal(proxy.system.methodSignature("add"), [["int", "int", "int"]])
        equal(proxy.system.methodSignature("lengths"), [["array", "array"]])
        equal(proxy.system.methodSignature("sum"), "undef")
        equal(proxy.system.methodSignature("system.methodHelp"), [["string", "string"]])
        equal(fault_of(proxy.system.methodHelp, "none")[0], -32601)
        for name in names:
            proxy.system.methodHelp(name)
            proxy.system.methodSignature(name)
        capabilities = proxy.system.getCapabilities()
        equal(capabilities["introspection"]["specVersion"], 1)


def multicall(url):
    with ServerProxy(url, allow_none=True) as proxy:
        calls = MultiCall(proxy)
        calls.add(2, 3)
        calls.fail(42, "no such state")
        calls.none()
        calls.panic()
        calls.add("x", 3)
        calls.echo([])
        calls.echo([[1]])
        calls.nothing()
        calls.dotted.name.of.a_method("x")
        results = calls()
        equal(results[0], 5)
        equal(fault_of(lambda: results[1]), (42, "no such state"))
        equal(fault_of(lambda: results[2])[0], -32601)
        equal(fault_of(lambda: results[3])[0], -32603)
        equal(fault_of(lambda: results[4])[0], -32602)
        equal([results[at] for at in range(5, 9)], [[], [[1]], None, "x"])
        equal(list(MultiCall(proxy)()), [])

        many = MultiCall(proxy)
        for number in range(500):
            many.next(number)
        equal(list(many()), list(range(1, 501)))

        inner = [{"methodName": "add", "params": [1, 2]}]
        results = proxy.system.multicall([{"methodName": "system.multicall", "params": [inner]}] + inner)
        equal((results[0]["faultCode"], results[1]), (-32602, [3]))


def kept(url):
    """The server's count of connections tells that there is one."""
    with ServerProxy(url) as proxy:
        for number in range(50):
            equal(proxy.next(number), number + 1)
            equal(fault_of(proxy.none)[0], -32601)
        equal(len(proxy.echo("x" * 1_000_000)), 1_000_000)
        equal(proxy.next(1), 2)


def addresses(url):
    base = url[: url.rindex("/")]
    for good in [base, base + "/", base + "/RPC2", base.replace("//", "//user:p%40ss@")]:
        with ServerProxy(good) as proxy:
            equal(proxy.next(1), 2)
            equal(proxy.next(2), 3)
    with ServerProxy(base + "/rpc2") as proxy:
        equal(status_of(proxy.next, 1), 404)
        equal(status_of(proxy.next, 1), 404)
    with ServerProxy(url, headers=[("X-Something", "else")]) as proxy:
        equal(proxy.next(1), 2)


def compressing(url):
    transport = xmlrpc.client.Transport()
    transport.encode_threshold = 0
    return ServerProxy(url, transport=transport)


def compressed(url):
    with compressing(url) as proxy:
        equal(proxy.next(1), 2)
        equal(proxy.upper("x" * 1_000_000), "X" * 1_000_000)
        proxy("transport").encode_threshold = None
        equal(proxy.next(1), 2)


def compressed_refused(url):
    with compressing(url) as proxy:
        equal(status_of(proxy.next, 1), 415)
        equal(status_of(proxy.upper, "x" * 1_000_000), 415)
        proxy("transport").encode_threshold = None
        equal(proxy.next(1), 2)


def encodings(url):
    for encoding in ["utf-8", "iso-8859-1", "us-ascii"]:
        with ServerProxy(url, encoding=encoding) as proxy:
            for value in ["plain", "ÿ ä", "日本語 \U0001f600"]:
                equal(proxy.echo(value), value)


def strict(url):
    """A server that writes the specification alone."""
    with ServerProxy(url) as proxy:
        equal(proxy.nothing(), True)
        equal(proxy.echo([1, "x", {"a": 2.5}]), [1, "x", {"a": 2.5}])
        equal(fault_of(proxy.big)[0], -32603)
    with ServerProxy(url, allow_none=True) as proxy:
        equal(proxy.kind(None), "nil")
        equal(fault_of(proxy.echo, None)[0], -32603)


PIECES = ["<", ">", "&", '"', "'", "]]>", "&amp;", "\r", "\n", "\r\n", "\t", " ", "ÿ", "日本", "\U0001f600", "\U0010ffff"]
INTS = [0, 1, -1, 2**31 - 1, -(2**31)]
DOUBLES = [0.0, -0.0, 0.1, 1e15, 1e16, 1e22, 1e-5, 5e-324, 2.2250738585072014e-308, sys.float_info.max, math.inf, math.nan]


def random_text():
    return "".join(
        random.choice(PIECES) if random.random() < 0.5 else chr(random.choice([random.randrange(32, 127), random.randrange(160, 0xD800)]))
        for _ in range(random.randrange(12))
    )


def random_value(depth):
    kind = random.randrange(11 if depth else 7)
    if kind == 0:
        return None
    if kind == 1:
        return random.random() < 0.5
    if kind == 2:
        return random.choice(INTS + [random.randrange(-(2**31), 2**31), random.randrange(-100, 100)])
    if kind == 3:
        (double,) = struct.unpack(">d", random.randbytes(8))
        return random.choice([1, -1]) * random.choice([random.choice(DOUBLES), double, random.uniform(-1000, 1000)])
    if kind == 4:
        return random_text()
    if kind == 5:
        return MOMENT.replace(year=random.randrange(1, 10000), hour=random.randrange(24), second=random.randrange(60))
    if kind == 6:
        return random.randbytes(random.randrange(200))
    if kind < 9:
        return [random_value(depth - 1) for _ in range(random.randrange(6))]
    return {random_text() + str(number): random_value(depth - 1) for number in range(random.randrange(6))}


def randoms(url):
    random.seed(20010516)
    with ServerProxy(url, allow_none=True, use_builtin_types=True) as proxy:
        for number in range(1000):
            value = random_value(4)
            echo, seen = proxy.echo_and_told(value)
            expected = told(as_sent(value))
            if not seen == told(echo) == expected:
                raise AssertionError("value %d: %a\nexpected %s\nseen     %s\necho     %a" % (number, value, expected, seen, echo))
    print("1000 values")


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
