"""A client of JSON-RPC of nothing but urllib and json, against our server."""

import json
import sys
import urllib.request

URL = sys.argv[1]


def post(document, content_type="application/json"):
    """The status and the answer, None where there is none."""
    request = urllib.request.Request(URL, json.dumps(document).encode(), {"Content-Type": content_type})
    with urllib.request.urlopen(request, timeout=60) as reply:
        body = reply.read()
        if reply.status == 200:
            assert reply.headers["Content-Type"] == "application/json", reply.headers
        return reply.status, json.loads(body) if body else None


def call(method, params, id=1):
    status, answer = post({"jsonrpc": "2.0", "method": method, "params": params, "id": id})
    assert status == 200 and answer["jsonrpc"] == "2.0" and answer["id"] == id, answer
    assert len(answer) == 3, answer
    return answer["result"] if "result" in answer else answer["error"]


assert call("add", [2, 3]) == 5
assert call("subtract", {"subtrahend": 1, "minuend": 3}) == 2
assert call("count_all", [[], {}, None, "x", 1.5], id="ü") == 5
assert call("nothing", []) is None

for value in [
    None, True, False, 0, -1, 2**31, -(2**63), 2**63, 2**64 - 1, 2**100, 0.1, -0.0, 1e300, 5e-324, 1.0,
    "", "text", "é😀\u2028\0\x1f\"\\/", [], {}, [[[]]], {"a": {"b": [None, {"c": ""}]}, "": 0},
    list(range(1000)), {str(number): number for number in range(1000)}, "x" * 100_000,
]:
    found = call("echo", [value])
    assert found == value and type(found) is type(value), (value, found)

assert call("moment", ["2026-01-02T03:04:05"]) == "2026-01-02T03:04:05"
assert call("moment", ["20260102T03:04:05Z"]) == "2026-01-02T03:04:05"
assert call("reverse", ["eW91"]) == "dW95"

assert call("fail", [42, "so it is"]) == {"code": 42, "message": "so it is"}
assert call("none", []) == {"code": -32601, "message": "Method not found"}
assert call("add", [1])["code"] == -32602
assert call("add", [1, "2"])["code"] == -32602
assert call("echo", [float("1")]) == 1.0

# Notifications, alone and in a batch.
assert post({"jsonrpc": "2.0", "method": "next"}) == (204, None)
assert post([{"jsonrpc": "2.0", "method": "next"}, {"jsonrpc": "2.0", "method": "next", "params": []}]) == (204, None)
batch = [
    {"jsonrpc": "2.0", "method": "next", "id": "a"},
    {"jsonrpc": "2.0", "method": "next"},
    {"jsonrpc": "2.0", "method": "none", "id": None},
    {"jsonrpc": "2.0", "method": "next", "id": 1.5},
]
status, answers = post(batch)
assert status == 200 and [answer["id"] for answer in answers] == ["a", None, 1.5], answers
assert (answers[0]["result"], answers[2]["result"]) == (4, 6), answers

# Version 1.0, other types of content.
status, answer = post({"method": "add", "params": [1, 2], "id": 9}, "application/json-rpc; charset=utf-8")
assert (status, answer) == (200, {"result": 3, "error": None, "id": 9})
assert post({"method": "next", "params": [], "id": None}) == (204, None)
