"""The example `strings` in Python: python3 strings.py serve|call URL"""

import sys
from xmlrpc.client import Fault, ServerProxy
from xmlrpc.server import SimpleXMLRPCServer


class Case:
    def upper(self, text):
        return text.upper()


class Words:
    case = Case()

    def join(self, words, separator):
        return separator.join(words)


class Strings:
    words = Words()
    _hidden = Case()

    def chop_in_half(self, text):
        return text[: len(text) // 2]

    def repeat(self, text, times):
        return text * times

    def _secret(self):
        return "xyzzy"


def serve():
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_introspection_functions()
    server.register_instance(Strings(), allow_dotted_names=True)
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()


def refused(call, *arguments):
    try:
        return "%a, which should have been private" % call(*arguments)
    except Fault as fault:
        return "%d, %s" % (fault.faultCode, fault.faultString)


def call(url):
    with ServerProxy(url) as strings:
        print([name for name in strings.system.listMethods() if not name.startswith("system.")])
        print(strings.chop_in_half("I am a confident guy"))
        print(strings.repeat("tick ", 5))
        print(strings.words.join(["I", "like it!"], " really "))
        print(ascii(strings.words.case.upper("straße und größe")))
        print(refused(strings.repeat, "x", 1000001))
        print(refused(strings._secret))
        print(refused(strings._hidden.upper, "straße"))
        print(refused(getattr(strings, "words.__init__")))


if sys.argv[1] == "serve":
    serve()
else:
    call(sys.argv[2])
