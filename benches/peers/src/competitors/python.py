"""Times xmlrpc.client inside Python, so that start-up is not counted. What it is told, and answers, is in remote.rs."""

import struct
import sys
import time
import xmlrpc.client


def tally(value, sums):
    """Adds up values, ints, doubles, truths, dates, text and bytes."""
    sums[0] += 1
    if isinstance(value, bool):
        sums[3] += value
    elif isinstance(value, int):
        sums[1] += value
    elif isinstance(value, float):
        sums[2] ^= struct.unpack("<Q", struct.pack("<d", value))[0]
    elif isinstance(value, xmlrpc.client.DateTime):
        sums[4] += 1
    elif isinstance(value, str):
        sums[5] += len(value.encode())
    elif isinstance(value, xmlrpc.client.Binary):
        sums[6] += len(value.data)
    else:
        for item in value.values() if isinstance(value, dict) else value:
            tally(item, sums)


def check(task, xml, method, params):
    loads, dumps = xmlrpc.client.loads, xmlrpc.client.dumps
    sums = [0] * 7
    for value in loads(xml if task == "decode" else dumps(params, method, method is None))[0]:
        tally(value, sums)
    sums[1] %= 1 << 64
    return sums


def timed(task, xml, method, params, runs):
    clock = time.perf_counter_ns
    loads, dumps = xmlrpc.client.loads, xmlrpc.client.dumps
    response = method is None
    start = clock()
    if task == "decode":
        for _ in range(runs):
            out = loads(xml)
    else:
        for _ in range(runs):
            out = dumps(params, method, response)
    return clock() - start


def main():
    document = ()
    stdin, stdout = sys.stdin.buffer, sys.stdout
    for line in iter(stdin.readline, b""):
        command, *rest = line.decode().split()
        try:
            if command == "load":
                xml = stdin.read(int(rest[1]))
                method = None if rest[0] == "-" else rest[0]
                document = xml, method, xmlrpc.client.loads(xml)[0]
                print("ok", file=stdout, flush=True)
            elif command == "check":
                print(*check(rest[0], *document), file=stdout, flush=True)
            else:
                print(timed(rest[0], *document, int(rest[1])), file=stdout, flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error)[:80].replace("\n", " "), file=stdout, flush=True)


main()
