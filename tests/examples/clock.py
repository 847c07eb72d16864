"""The example `clock` in Python: python3 clock.py serve|call URL"""

import datetime
import sys
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer


def today():
    """Returns the date and the time of day, in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def serve():
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_introspection_functions()
    server.register_function(today)
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()


def call(url):
    with ServerProxy(url) as clock:
        now = datetime.datetime.strptime(clock.today().value, "%Y%m%dT%H:%M:%S")
        print(now.strftime("today: %d.%m.%Y, %H:%M"))
        print(" ", clock.system.methodHelp("today"))


if sys.argv[1] == "serve":
    serve()
else:
    call(sys.argv[2])
