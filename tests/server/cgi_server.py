"""Python's web server with a directory of CGI programs, which is where it is started. Prints its port."""

import http.server
import sys
import threading


class Handler(http.server.CGIHTTPRequestHandler):
    # By the way without fork, which does not change the user before.
    have_fork = False


with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()
