#!/usr/bin/env python3
"""The reference part of docs/API.md is what the table of routes says.

usage: api_docs.py PRINT_OPENAPI DOCUMENT [--write]

Makes the part from the OpenAPI document that PRINT_OPENAPI prints. Without --write it is compared
with what stands between the two marks in DOCUMENT (TAP: one test); with --write it is put there.
"""
import difflib
import json
import pathlib
import subprocess
import sys

BEGIN = "<!-- reference: written by tests/lint/api_docs.py -->\n"
END = "<!-- end of reference -->\n"


def type_of(schema):
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    kind = schema.get("type", "any")
    null = isinstance(kind, list)
    kind = kind[0] if null else kind
    if kind == "array":
        kind = f"list of {type_of(schema['items'])}"
    elif schema.get("format") == "date-time":
        kind = "time"
    elif kind == "object":
        kind = "map"
    if "enum" in schema:
        kind = ", ".join(f"`{value}`" for value in schema["enum"])
    if "minimum" in schema:
        kind = f"{schema['minimum']:,} to {schema['maximum']:,}"
    return f"{kind} or null" if null else kind


def default_of(schema):
    if "default" not in schema:
        return ""
    return f"`{json.dumps(schema['default'])}`"


def cell(text):
    return text.replace("|", "\\|")


def table(head, rows):
    yield "| " + " | ".join(head) + " |\n"
    yield "| " + " | ".join("---" for _ in head) + " |\n"
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |\n"
    yield "\n"


def parameters_of(operation):
    for parameter in operation["parameters"]:
        where = "path" if parameter["in"] == "path" else "query"
        yield (f"`{parameter['name']}`", where, type_of(parameter["schema"]),
               default_of(parameter["schema"]), parameter["description"])
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        for name, member in schema.get("properties", {}).items():
            yield f"`{name}`", "body", type_of(member), default_of(member), member["description"]
        if "properties" not in schema:
            yield f"`{media}`", "body", "text", "", operation["requestBody"]["description"]


def answers_of(operation):
    for media, content in operation["responses"]["200"]["content"].items():
        schema = content["schema"]
        known = f" ({schema['$ref'].rsplit('/', 1)[1]})" if "$ref" in schema else ""
        yield f"`{media}`{known}"


def lines_of(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"#### {method.upper()} {path}\n\n"
            yield operation["summary"].rstrip(".?") + ("?" if operation["summary"].endswith("?") else ".")
            yield f" {operation['description']}\n\n" if "description" in operation else "\n\n"
            rows = list(parameters_of(operation))
            if rows:
                yield from table(("parameter", "in", "value", "default", "meaning"), rows)
            others = [status for status in operation["responses"] if status != "200"]
            access = operation.get("x-access", "none")
            yield (f"Answers {', '.join(answers_of(operation))}; other statuses: "
                   f"{', '.join(others)}. Access: {access}.\n\n")
    for name, schema in document["components"]["schemas"].items():
        yield f"#### {name}\n\n"
        rows = [(f"`{member}`", type_of(value), "" if member in schema["required"] else "may be missing",
                 value.get("description", "")) for member, value in schema["properties"].items()]
        yield from table(("member", "type", "", "meaning"), rows)


def main(print_openapi, path, *words):
    path = pathlib.Path(path)
    printed = subprocess.run([print_openapi], capture_output=True, check=True).stdout
    reference = "".join(lines_of(json.loads(printed)))
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    held, _, after = rest.partition(END)
    if "--write" in words:
        path.write_text(before + BEGIN + "\n" + reference + END + after, encoding="utf-8")
        return
    print("1..1")
    same = held == "\n" + reference
    if not same:
        for line in difflib.unified_diff(held.splitlines(), reference.splitlines(), lineterm="", n=0):
            print("#", line)
        print(f"# to mend it: tests/lint/api_docs.py {print_openapi} {path} --write")
    print(f"{'ok' if same else 'not ok'} 1 - the reference in {path.name} is what the table says")


main(*sys.argv[1:])
