"""jsonrpclib-pelix as a client of our server, in versions 2.0 and 1.0."""

import sys

import jsonrpclib
from jsonrpclib.config import Config
from jsonrpclib.jsonrpc import ProtocolError, TransportError

URL = sys.argv[1]

for version in (2.0, 1.0):
    server = jsonrpclib.ServerProxy(URL, config=Config(version=version))
    assert server.add(2, 3) == 5
    value = [None, True, 2**40, 0.5, "é😀\"\n", {"a": []}]
    assert server.echo(value) == value
    assert server.nothing() is None
    assert server.moment("2026-01-02T03:04:05") == "2026-01-02T03:04:05"
    assert server.system.methodHelp("add") == "Adds two numbers."
    assert "add" in server.system.listMethods()
    for method, params, code in (("none", (), -32601), ("fail", (42, "so"), 42), ("add", ("x", 1), -32602)):
        try:
            getattr(server, method)(*params)
        except ProtocolError as error:
            assert error.args[0][0] == code, error
        else:
            raise AssertionError(method)

server = jsonrpclib.ServerProxy(URL)
assert server.subtract(minuend=5, subtrahend=3) == 2
before = server.next()
# It takes every status but 200 for an error, the 204 of a notification too; the call is made all the same.
try:
    server._notify.next()
except TransportError as error:
    assert error.args[1] == 204, error
    # And leaves its connection in the middle of the reply.
    server = jsonrpclib.ServerProxy(URL)
assert server.next() == before + 2

calls = jsonrpclib.MultiCall(server)
calls.add(1, 2)
calls._notify.next()
calls.echo("x")
assert list(calls()) == [3, "x"]
assert server.next() == before + 4
