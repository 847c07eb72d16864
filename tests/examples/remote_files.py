"""Visits remote_files at the URL that it is given, as Python programs do."""

import sys
from xmlrpc.client import Fault, ServerProxy

server = ServerProxy(sys.argv[1], allow_none=True)


def fault(call, *arguments):
    try:
        call(*arguments)
    except Fault as fault:
        return fault.faultCode, fault.faultString
    raise AssertionError("expected a fault")


assert server.hello("Arthur") == "hello, Arthur"
assert server.hello(None) == server.hello() == "hello, whoever you are"
assert server.show() == {"name": "Arthur", "telephone": None}

assert server.pwd() == "."
assert server.ls() == server.ls(None) == ["\u00fcber.txt", "outside"] or server.ls() == ["outside", "\u00fcber.txt"]
assert server.mkdir("sub") is None
assert server.cp("\u00fcber.txt", "sub") is None
assert server.cd("sub") is None
assert server.pwd() == "sub"
assert server.cp("\u00fcber.txt", "../copy") is None
assert server.ls() == ["\u00fcber.txt"]
assert server.cd(None) is None
assert "copy" in server.ls()

assert fault(server.ls, "nowhere") == (2, '"nowhere" is not there')
assert fault(server.mkdir, "sub") == (17, '"sub" is there already')
for name in ["..", "/", "/etc", "outside", "outside/etc", "sub/../.."]:
    assert fault(server.ls, name) == (13, f'"{name}" leads out of the directory that is served')
    assert fault(server.cd, name)[0] == 13
assert fault(server.cp, "outside/etc/passwd", "mine")[0] == 13
assert fault(server.cp, "copy", "../theirs")[0] == 13
assert fault(server.cd, 5)[0] == -32602
assert sorted(server.ls()) == ["copy", "outside", "sub", "\u00fcber.txt"]
print("all of it")
