"""What Python's own tests expect of its server, of ours: python3 facts.py FACT URL"""

import contextlib
import http.client
import socket
import sys
from urllib.parse import urlsplit
from xmlrpc.client import MultiCall, ServerProxy

from proxy import equal, fault_of, status_of


def simple(url):
    with ServerProxy(url) as proxy:
        equal(proxy.pow(6, 8), 6**8)


def not_ascii(url):
    with ServerProxy(url) as proxy:
        equal(proxy.add("P\u0177t", "h\u01a1n"), "P\u0177th\u01a1n")
        equal(proxy.add("a", "\xe9"), "a\xe9")


def encoding_of_the_client(url):
    with ServerProxy(url, encoding="iso-8859-15") as proxy:
        equal(proxy.add("\u20ac", "\xa4"), "\u20ac\xa4")


def encoding_that_is_not_there(url):
    with ServerProxy(url, encoding="iso-8859-15") as proxy:
        equal(fault_of(proxy.add, "\u20ac", "\xa4")[0], -32701)


def name_that_is_not_ascii(url):
    for encoding in ["ascii", "utf-8"]:
        with ServerProxy(url, encoding=encoding) as proxy:
            equal(getattr(proxy, "t\xea\u0161t")(42), 42)


def not_found(url):
    with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
        for method, path in [("POST", "/this-is-not-valid"), ("POST", "/RPC2/"), ("GET", "/spam")]:
            connection.request(method, path)
            response = connection.getresponse()
            equal((response.status, response.reason), (404, "Not Found"))
            equal(response.getheader("Content-Type"), "text/plain; charset=utf-8")
            response.read()


def names(url):
    with ServerProxy(url) as proxy:
        expected = {"pow", "div", "my_function", "add", "t\xea\u0161t", "Fixture.getData"}
        system = {"listMethods", "methodHelp", "methodSignature", "multicall", "getCapabilities"}
        equal(set(proxy.system.listMethods()), expected | {"system." + name for name in system})


def help_of_an_instance(url):
    with ServerProxy(url) as proxy:
        equal(proxy.system.methodHelp("div"), "This is the div function")


def help_of_a_function(url):
    with ServerProxy(url) as proxy:
        equal(proxy.system.methodHelp("my_function"), "This is my function")


def signature(url):
    # Python has none to tell.
    with ServerProxy(url) as proxy:
        equal(proxy.system.methodSignature("div"), [["int", "int", "int"]])


def multicall(url):
    with ServerProxy(url) as proxy:
        calls = MultiCall(proxy)
        calls.add(2, 3)
        calls.pow(6, 8)
        calls.div(127, 42)
        equal(tuple(calls()), (5, 6**8, 3))


def multicall_of_what_is_not_there(url):
    with ServerProxy(url) as proxy:
        calls = MultiCall(proxy)
        calls.this_is_not_exists()
        result = calls()
        equal(result.results[0], {"faultCode": -32601, "faultString": 'method "this_is_not_exists" not found'})
        equal(fault_of(lambda: result[0])[0], -32601)


def dotted_names(url):
    with ServerProxy(url) as proxy:
        equal(proxy.Fixture.getData(), "42")
        for name in ["Fixture", "Fixture.__class__", "Fixture.getData.__call__", "_div", "div.__self__"]:
            equal(fault_of(getattr(proxy, name)), (-32601, 'method "%s" not found' % name))


def part_of_a_post(url):
    address = urlsplit(url)
    with contextlib.closing(socket.create_connection((address.hostname, address.port))) as connection:
        connection.send(
            b"POST /RPC2 HTTP/1.0\r\nContent-Length: 100\r\n\r\n"
            b"bye HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\n\r\n"
        )
    simple(url)


def kept(url):
    # Three connections, as the server counts them.
    with ServerProxy(url) as proxy:
        for _ in range(3):
            equal(proxy.pow(6, 8), 6**8)
        proxy("close")()
        for _ in range(3):
            equal(proxy.pow(6, 8), 6**8)
        proxy("transport").close()
        equal(fault_of(proxy.none)[0], -32601)
        equal(proxy.pow(6, 8), 6**8)


def closed_after_an_error(url):
    with ServerProxy(url) as proxy:
        equal(fault_of(proxy.add, 2, "a")[0], -32602)
    equal(proxy("transport")._connection, (None, None))


def header_fields(url):
    for fields in [[("X-Test", "foo")], (("X-Test", "foo"), ("X-Test-Second", "bar")), [], {"X-Test": "foo"}.items()]:
        with ServerProxy(url, headers=fields) as proxy:
            equal(proxy.fields(), [list(field) for field in fields])


def failures_tell_nothing_of_the_inside(url):
    with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
        connection.putrequest("POST", "/RPC2")
        connection.putheader("Content-Length", "I am broken")
        connection.endheaders()
        response = connection.getresponse()
        equal(response.status, 400)
        for name in ["X-exception", "X-traceback"]:
            equal(response.getheader(name), None)
    with ServerProxy(url) as proxy:
        equal(fault_of(proxy.panic), (-32603, "internal error"))


def two_paths(url):
    base = url[: url.rindex("/")]
    with ServerProxy(base + "/foo") as proxy:
        equal(proxy.pow(6, 8), 6**8)
        equal(fault_of(proxy.add, 6, 8)[0], -32601)
        equal(proxy.system.listMethods()[0], "pow")
    with ServerProxy(base + "/foo/bar") as proxy:
        equal(proxy.add(6, 8), 6 + 8)
        equal(fault_of(proxy.pow, 6, 8)[0], -32601)
    with ServerProxy(base + "/invalid") as proxy:
        equal(status_of(proxy.add, 6, 8), 404)
    # The query is not part of the path, and a fragment is not sent by others.
    with ServerProxy(base + "/foo?k=v") as proxy:
        equal(proxy.pow(6, 8), 6**8)


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
