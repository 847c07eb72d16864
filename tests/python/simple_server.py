"""Python's SimpleXMLRPCServer for our client: python3 simple_server.py PROTOCOL_VERSION [builtin]

Prints its port, and serves until its standard input ends.
"""

import os
import sys
import threading
from xmlrpc.client import Fault
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

from values import told


class Handler(SimpleXMLRPCRequestHandler):
    protocol_version = sys.argv[1]


class Server(SimpleXMLRPCServer):
    accepted = 0

    def process_request(self, request, client_address):
        self.accepted += 1
        super().process_request(request, client_address)


def add(a, b):
    """Adds two numbers."""
    return a + b


def fail(code, message):
    raise Fault(code, message)


def kind(value):
    return type(value).__name__


server = Server(
    ("127.0.0.1", 0),
    requestHandler=Handler,
    logRequests=False,
    allow_none=True,
    use_builtin_types="builtin" in sys.argv[2:],
)
server.register_introspection_functions()
server.register_multicall_functions()
server.register_function(add)
server.register_function(fail)
server.register_function(kind)
server.register_function(told)
server.register_function(lambda value: value, "echo")
server.register_function(lambda value: [value, told(value)], "echo_and_told")
server.register_function(lambda a, b: a / b, "divide")
server.register_function(lambda: None, "nothing")
server.register_function(lambda: "a\rb\r\nc", "returns")
server.register_function(lambda: 2**40, "big")
server.register_function(lambda *values: len(values), "count")
server.register_function(lambda: server.accepted, "accepted")
server.register_function(lambda: "named", "größe <&>")

threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
# The server may be waiting for the next request on a connection that is kept.
os._exit(0)
