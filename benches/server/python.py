"""Python's SimpleXMLRPCServer with a thread for each connection, since one alone would wait for the end of the first.

    python3 python.py RECORDS

RECORDS is the file of a reply with what the method "records" answers.
"""

import sys
from socketserver import ThreadingMixIn
from xmlrpc.client import loads
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer


class Handler(SimpleXMLRPCRequestHandler):
    # Connections are kept.
    protocol_version = "HTTP/1.1"


class Server(ThreadingMixIn, SimpleXMLRPCServer):
    daemon_threads = True
    request_queue_size = 128


with open(sys.argv[1], "rb") as file:
    (records,), _ = loads(file.read())

server = Server(("127.0.0.1", 0), requestHandler=Handler, logRequests=False)
server.register_function(lambda a, b: a + b, "add")
server.register_function(lambda: records, "records")
print("127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()
