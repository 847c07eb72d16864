"""A service of Python's, for the tool to call. It prints its URL and ends with its standard input.

With an argument, a file with a certificate and its key, it is served over TLS."""

import datetime
import ssl
import sys
import threading
from xmlrpc.client import Binary, Fault
from xmlrpc.server import SimpleXMLRPCServer


def add(a, b):
    """Adds two numbers.

    Any two."""
    return a + b


def fail(code, text):
    raise Fault(code, text)


server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True)
server.register_introspection_functions()
server.register_multicall_functions()
server.register_function(add)
server.register_function(fail)
server.register_function(lambda value: value, "echo")
server.register_function(lambda value: type(value).__name__, "kind")
server.register_function(lambda: [float("nan"), None, Binary(b"\0"), datetime.datetime(2026, 1, 2)], "odd")
scheme = "http"
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https"
print(scheme + "://127.0.0.1:%d/RPC2" % server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
