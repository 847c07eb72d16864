"""Times xmlrpc.client inside Python, told what to do over standard input, so that start-up is not counted.

    load NAME METHOD SIZE   then SIZE bytes: the document; METHOD is "-" for a reply
    decode NAME RUNS        answers with nanoseconds and the number of values read
    encode NAME RUNS        answers with nanoseconds and the number of values written
"""

import sys
import time
import xmlrpc.client


def count(value):
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(count, value))
    return 1


def run(task, xml, method, params, runs):
    clock = time.perf_counter_ns
    loads, dumps = xmlrpc.client.loads, xmlrpc.client.dumps
    if task == "decode":
        start = clock()
        for _ in range(runs):
            out = loads(xml)
        return clock() - start, sum(map(count, out[0]))
    response = method is None
    start = clock()
    for _ in range(runs):
        out = dumps(params, method, response)
    return clock() - start, out.count("<value>")


def main():
    documents = {}
    stdin, stdout = sys.stdin.buffer, sys.stdout
    for line in iter(stdin.readline, b""):
        command, name, *rest = line.decode().split()
        try:
            if command == "load":
                xml = stdin.read(int(rest[1]))
                method = None if rest[0] == "-" else rest[0]
                params = xmlrpc.client.loads(xml)[0]
                documents = {name: (xml, method, params)}
                print("ok", file=stdout, flush=True)
            else:
                print(*run(command, *documents[name], int(rest[0])), file=stdout, flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error)[:80].replace("\n", " "), file=stdout, flush=True)


main()
