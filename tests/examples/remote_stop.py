"""The example `remote_stop` in Python: python3 remote_stop.py serve|call URL"""

import sys
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer


class Quitting(SimpleXMLRPCServer):
    """Its own serve_forever looks at a flag after each request."""

    def serve_forever(self):
        self.quit = False
        while not self.quit:
            self.handle_request()


def serve():
    server = Quitting(("127.0.0.1", 0), logRequests=False)

    def stop():
        server.quit = True
        return True

    server.register_function(stop)
    server.register_function(lambda name: "hello, " + name, "greet")
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()
    print("the server has ended")


def call(url):
    with ServerProxy(url) as server:
        print(server.greet("Arthur"))
        print(server.stop())


if sys.argv[1] == "serve":
    serve()
else:
    call(sys.argv[2])
