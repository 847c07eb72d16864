"""A caller and a reader of the example `web`: python3 web.py URL"""

import sys
from urllib.error import HTTPError
from urllib.request import urlopen
from xmlrpc.client import ServerProxy

url = sys.argv[1]
with ServerProxy(url + "/RPC2", allow_none=True) as book:
    print(book.sign("Arthur"))
    print(book.sign("Zoot"))
    with urlopen(url + "/") as page:
        print(page.headers["Content-Type"])
        print(page.read().decode().strip())
    try:
        print(urlopen(url + "/other").read())
    except HTTPError as error:
        print("/other: %d" % error.code)
    book.close()
