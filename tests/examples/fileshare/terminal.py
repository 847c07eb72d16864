"""Runs a program on a terminal of its own, types the lines that follow `--`, each once the program has asked, and
prints all that the terminal showed. Arguments: PROGRAM ARGUMENTS... -- LINES..."""

import os
import pty
import sys

command, lines = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
process, terminal = pty.fork()
if process == 0:
    os.execv(command[0], command)
shown = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        # The terminal of a program that has ended.
        break
    if not piece:
        break
    shown += piece
    if shown.endswith(b"> ") and lines:
        os.write(terminal, lines.pop(0).encode() + b"\n")
_, status = os.waitpid(process, 0)
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(status))
