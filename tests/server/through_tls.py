"""Calls a server over TLS, at the URL given, with the certificate given as the only one that is trusted."""

import ssl
import sys
import xmlrpc.client

url, certificate = sys.argv[1:]
context = ssl.create_default_context(cafile=certificate)
for path in ["/RPC2", "/scgi"]:
    server = xmlrpc.client.ServerProxy(url + path, context=context)
    assert server.add(2, 3) == 5
    large = "x" * 3_000_000
    assert server.echo(large) == large
    try:
        server.no_such()
    except xmlrpc.client.Fault as fault:
        assert fault.faultCode == -32601
    else:
        raise AssertionError("expected a fault")
    if path == "/scgi":
        assert server.peer().startswith("127.0.0.1:"), server.peer()
try:
    xmlrpc.client.ServerProxy(url + "/other", context=context).add(2, 3)
except xmlrpc.client.ProtocolError as error:
    assert error.errcode == 404
else:
    raise AssertionError("expected no such path")
print("done")
