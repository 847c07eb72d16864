"""Calls for the example `embedded`, by its standard input: python3 embedded.py COMMAND..."""

import subprocess
import sys
import xmlrpc.client


def ask(method, *params):
    call = xmlrpc.client.dumps(params, method).encode()
    answer = subprocess.run(sys.argv[1:] + ["answer"], input=call, stdout=subprocess.PIPE, check=True).stdout
    try:
        (result,), _ = xmlrpc.client.loads(answer)
        print(result)
    except xmlrpc.client.Fault as fault:
        print(ascii("%d, %s" % (fault.faultCode, fault.faultString))[1:-1])


ask("switch", 3, True)
ask("show", "21.5 °C")
ask("state")
ask("switch", 4, True)
ask("switch", 3, 1)
ask("grüße")
