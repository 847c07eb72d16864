"""Calls one server of the example `fleet`: python3 fleet.py URL"""

import sys
from urllib.request import urlopen
from xmlrpc.client import ServerProxy

with ServerProxy(sys.argv[1]) as server:
    process, square = server.square(7)
    print(square)
    again, note = server.note(7)
    if again != process:
        sys.exit("expected one process")
    print(note)
    print(urlopen(sys.argv[1] + "/health").read().decode())
