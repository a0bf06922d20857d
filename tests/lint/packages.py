#!/usr/bin/env python3
"""What the build needs is what scripts/packages.sh installs.

A machine that has a library from elsewhere builds without it in the list, and a new machine does not.
Speaks TAP: one test for each dependency() of the build. Skips where packages are not Debian's.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
WITHOUT_PACKAGE = {"threads"}  # of libc


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def named_packages():
    text = (ROOT / "scripts" / "packages.sh").read_text(encoding="utf-8").replace("\\\n", "")
    return {word for value in re.findall(r'_packages="([^"]*)"', text) for word in value.split()}


def dependencies():
    for file in ("meson.build", "tests/meson.build"):
        for name in re.findall(r"dependency\('([^']+)'", (ROOT / file).read_text(encoding="utf-8")):
            if name not in WITHOUT_PACKAGE:
                yield file, name


def package_of(name):
    folder = output_of("pkg-config", "--variable=pcfiledir", name)
    owner = output_of("dpkg-query", "-S", f"{folder}/{name}.pc")
    return owner.split(":")[0]


if not shutil.which("dpkg-query") or not shutil.which("pkg-config"):
    print("1..0 # SKIP packages are not Debian's here")
    sys.exit()
named = named_packages()
found = [(file, name, package_of(name)) for file, name in dependencies()]
print(f"1..{len(found)}")
for number, (file, name, package) in enumerate(found, 1):
    if not package:
        print(f"ok {number} - {name} # SKIP of no package")
        continue
    print(f"{'ok' if package in named else 'not ok'} {number} - {file}: {name} comes with {package}")
    if package not in named:
        print(f"# scripts/packages.sh does not install {package}")
