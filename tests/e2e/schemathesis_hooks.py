"""Loaded by schemathesis: how bodies of many JSON lines are written."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    if isinstance(value, (str, bytes)):
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    values = value if isinstance(value, list) else [value]
    return "".join(json.dumps(each) + "\n" for each in values).encode()
