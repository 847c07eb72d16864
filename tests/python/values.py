"""A value told in ASCII, bit by bit, as tests/support/told.rs tells it; and what Python itself does to text."""

import datetime
import struct
import xmlrpc.client


def told(value):
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return "int %d" % value
    if isinstance(value, float):
        return "double nan" if value != value else "double %016x" % struct.unpack(">Q", struct.pack(">d", value))
    if isinstance(value, str):
        return "string " + value.encode().hex()
    if isinstance(value, xmlrpc.client.DateTime):
        return "dateTime " + value.value
    if isinstance(value, datetime.datetime):
        return "dateTime %04d%02d%02dT%02d:%02d:%02d" % value.timetuple()[:6]
    if isinstance(value, xmlrpc.client.Binary):
        return "base64 " + value.data.hex()
    if isinstance(value, bytes):
        return "base64 " + value.hex()
    if isinstance(value, (list, tuple)):
        return "[" + "".join(told(item) + ";" for item in value) + "]"
    if isinstance(value, dict):
        return "{" + "".join(name.encode().hex() + "=" + told(item) + ";" for name, item in value.items()) + "}"
    raise TypeError(type(value))


def as_sent(value):
    """The value as it arrives when Python sends it.

    Python writes a carriage return as it is, and XML has a reader take it, and CR LF, for a line feed.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, (list, tuple)):
        return [as_sent(item) for item in value]
    if isinstance(value, dict):
        return {as_sent(name): as_sent(item) for name, item in value.items()}
    return value
