"""Calls a server with compressed requests, at the URL given, and looks at how the replies came."""

import http.client
import sys
import xmlrpc.client

seen = []


class Transport(xmlrpc.client.Transport):
    encode_threshold = 100

    def parse_response(self, response):
        seen.append(response.getheader("Content-Encoding"))
        return super().parse_response(response)


server = xmlrpc.client.ServerProxy(sys.argv[1], transport=Transport())
text = "compress me " * 10_000
assert server.echo(text) == text
assert server.echo("short") == "short"
assert seen == ["gzip", None], seen

host = sys.argv[1].split("/")[2]


def post(body, encoding):
    connection = http.client.HTTPConnection(host)
    connection.request("POST", "/", body, {"Content-Encoding": encoding, "Content-Type": "text/xml"})
    reply = connection.getresponse()
    return reply.status, reply.read().decode()


call = xmlrpc.client.dumps(("x" * 100,), "echo").encode()
assert "x" * 100 in post(xmlrpc.client.gzip_encode(call), "x-gzip")[1]
# Not what it says it is, cut off, and of another kind.
assert "faultCode" in post(call, "gzip")[1]
assert "faultCode" in post(xmlrpc.client.gzip_encode(call)[:-5], "gzip")[1]
assert post(call, "br")[0] == 415
# A bomb: 30 MB of blanks, refused long before they are all there.
bomb = xmlrpc.client.gzip_encode(b" " * 30_000_000 + call)
status, reply = post(bomb, "gzip")
assert status == 200 and "-32600" in reply and "times its size" in reply, reply
assert server.echo("still there") == "still there"
print("done")
