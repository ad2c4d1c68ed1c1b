#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what keystonemiddleware makes of the paths of access rules: `paths.json`; `--check` only
compares. Recorded with 13.0.1. Patterns have no character that is special in a regular
expression: there, such a one is not taken for itself."""
import itertools
import json
import pathlib
import sys

from keystonemiddleware import auth_token

PATTERNS = ["/v1/builds/*", "/v1/*", "/v1/**", "/v1/builds", "/v1/{id}", "/v1/{id}/log", "**", "*", "/**/log", "/v1/***",
            "/v1/{", "/v1/}x", "/v1/{a}{b}", "", "/", "/v1/b*s", "/{}/builds", "/v1/*/**", "**/builds", "/v1/**/builds/*"]
PATHS = ["/v1/builds/1", "/v1/builds", "/v1/builds/", "/v1/builds/1/log", "/kernel/v1/builds/1", "/v1/", "/v1", "/", "",
         "/v1/x", "/v1//builds/1", "/v2/builds", "builds", "/v1/a/b/builds/c", "/v1/builds/builds/1"]
PATH = pathlib.Path(__file__).parent / "paths.json"

cases = [[pattern, path, bool(auth_token._path_matches(path, pattern))]
         for pattern, path in itertools.product(PATTERNS, PATHS)]
text = "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"
if "--check" in sys.argv:
    sys.exit(0 if PATH.read_text() == text else "not as keystonemiddleware")
PATH.write_text(text)
