"""The tool on a terminal, as a user sees it: python3 terminal.py TOOL"""

import os
import pty
import signal
import socket
import sys

TOOL = sys.argv[1]


class Terminal:
    """The tool with a terminal as its output, and this or a terminal as its input."""

    def __init__(self, arguments, stdin=None):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            # Shells have what they start in the background ignore it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if stdin is not None:
                os.dup2(stdin, 0)
            os.execv(TOOL, [TOOL] + arguments)
        self.seen = b""

    def read(self):
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:
            piece = b""
        self.seen += piece
        return piece

    def until(self, text):
        while text not in self.seen:
            if not self.read():
                sys.exit("expected %a, found %a" % (text, self.seen))

    def end(self):
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


# What takes long is told, and is taken away before anything else is printed.
reading, writing = os.pipe()
os.set_inheritable(reading, True)
os.set_inheritable(writing, False)
decoding = Terminal(["decode", "--value"], reading)
os.write(writing, b"<value><string>hello")
decoding.until(b"decoding standard input: 20 B, 1 s")
os.write(writing, b"</string></value>")
os.close(writing)
print(decoding.end())
if b'\r\x1b[K{"string":"hello"}\r\n' not in decoding.seen:
    sys.exit("expected a line for the document alone, found %a" % decoding.seen)

# So it is where nothing comes.
with socket.create_server(("127.0.0.1", 0)) as silent:
    calling = Terminal(["call", "http://127.0.0.1:%d" % silent.getsockname()[1], "wait"])
    calling.until(b"calling wait: 1 s")
    # Ctrl-C
    os.write(calling.terminal, b"\x03")
    print(calling.end())

# Where there is time enough, nothing is told.
quick = Terminal(["--version"])
print(quick.end(), quick.seen.decode().strip())
