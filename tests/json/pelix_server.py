"""A server of jsonrpclib-pelix, for our client. It serves until its input ends."""

import sys
import threading

from jsonrpclib.SimpleJSONRPCServer import SimpleJSONRPCServer

count = 0


def next_one():
    global count
    count += 1
    return count


def fail(text):
    raise ValueError(text)


server = SimpleJSONRPCServer(("127.0.0.1", 0), logRequests=False)
server.register_introspection_functions()
server.register_function(lambda a, b: a + b, "add")
server.register_function(lambda value: value, "echo")
server.register_function(next_one, "next")
server.register_function(fail, "fail")
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
sys.stdin.read()
