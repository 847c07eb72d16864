"""The example `allow_hosts` in Python: python3 allow_hosts.py serve HOST...|call URL"""

import http.client
import sys
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer


class Server(SimpleXMLRPCServer):
    allow_reuse_address = True

    def verify_request(self, request, client_address):
        return client_address[0] in sys.argv[2:]


def serve():
    server = Server(("127.0.0.1", 0), logRequests=False)
    server.register_function(lambda name: "hello, " + name, "greet")
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()


def call(url):
    with ServerProxy(url) as server:
        try:
            print(server.greet("Arthur"))
        except (ConnectionError, http.client.RemoteDisconnected):
            print("let go")


if sys.argv[1] == "serve":
    serve()
else:
    call(sys.argv[2])
