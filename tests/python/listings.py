"""The listings that everybody begins with, in Python: python3 listings.py call URL | serve

With `call` it is the client's half, against our server at the URL; with `serve` it is the server's, for our client, until
its standard input ends.
"""

import datetime
import os
import sys
import threading
import xmlrpc.client
from xmlrpc.server import SimpleXMLRPCServer

from proxy import equal, fault_of


def call(url):
    with xmlrpc.client.ServerProxy(url) as server:
        equal(server.chop_in_half("I am a confidant guy"), "I am a con")
        equal(server.repeat("Repetition is the key to learning!\n", 5), "Repetition is the key to learning!\n" * 5)
        equal(server._string("<= underscore"), "_<= underscore")
        equal(server.python_string.join(["I", "like it!"], " "), "I like it!")
        equal(fault_of(server._privateFunction), (-32601, 'method "_privateFunction" not found'))
        # Nor is there another way to what is private.
        for name in ["python_string", "python_string._hidden", "_hidden.show", "python_string.__class__", "chop_in_half.__self__"]:
            equal(fault_of(getattr(server, name))[0], -32601)
        names = server.system.listMethods()
        equal([name for name in names if "_string" in name], ["_string", "python_string.join"])
        equal([name for name in names if "rivate" in name or "hidden" in name], [])

        equal(server.get_power(2, 10), 1024)
        equal(server.get_power(2, 62), 2**62)
        equal(fault_of(server.get_power, 10, 100), (2, "10 to the power of 100 is too large"))

        today = server.today()
        equal(type(today), xmlrpc.client.DateTime)
        converted = datetime.datetime.strptime(today.value, "%Y%m%dT%H:%M:%S")
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        equal(abs(now - converted) < datetime.timedelta(minutes=10), True)

        equal(server.show(), "Arthur, 930")
        equal(server.rename("Mordred"), True)
        equal(server.show(), "Mordred, 930")
        # A function goes before the instance's method of that name.
        equal(server.both(), "the function")


class StringFunctions:
    class python_string:
        @staticmethod
        def join(words, separator):
            return separator.join(words)

    def _privateFunction(self):
        raise AssertionError

    def chop_in_half(self, text):
        return text[: len(text) // 2]

    def repeat(self, text, times):
        return text * times


def serve():
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_introspection_functions()
    server.register_instance(StringFunctions(), allow_dotted_names=True)
    server.register_function(lambda text: "_" + text, "_string")
    server.register_function(lambda n, m: n**m, "get_power")
    server.register_function(lambda: xmlrpc.client.DateTime(datetime.datetime(1998, 7, 17, 14, 8, 55)), "today")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
