#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what keystonemiddleware makes of the paths of access rules, `paths.json`, and of requests,
`requests.json`; `--check` only compares. Recorded with 13.0.1. Paths have no character that is special
in a regular expression: there, such a one is not taken for itself."""
import datetime
import itertools
import json
import logging
import pathlib
import sys

import webob
from keystonemiddleware import auth_token
from keystonemiddleware.auth_token import _exceptions
from oslo_config import cfg

HERE = pathlib.Path(__file__).parent
PATTERNS = ["/v1/builds/*", "/v1/*", "/v1/**", "/v1/builds", "/v1/{id}", "/v1/{id}/log", "**", "*", "/**/log", "/v1/***",
            "/v1/{", "/v1/}x", "/v1/{a}{b}", "", "/", "/v1/b*s", "/{}/builds", "/v1/*/**", "**/builds", "/v1/**/builds/*"]
PATHS = ["/v1/builds/1", "/v1/builds", "/v1/builds/", "/v1/builds/1/log", "/kernel/v1/builds/1", "/v1/", "/v1", "/", "",
         "/v1/x", "/v1//builds/1", "/v2/builds", "builds", "/v1/a/b/builds/c", "/v1/builds/builds/1"]

# The words of a token are what it is; each is also a role.
TOKENS = [None, "", "member", "  member ", "unknown", "expired", "rules", "rules-foreign", "rules-expired"]
SERVICES = [None, "service", "member", "unknown", "expired-service", "reader-service"]
REQUESTS = [("GET", "/v1/builds/1"), ("DELETE", "/v1/builds/1"), ("GET", "/v1/builds"), ("GET", "/kernel/v1/builds/1")]


class Middleware(auth_token.AuthProtocol):
    def fetch_token(self, token, allow_expired=False):
        words = token.split("-")
        if "unknown" in words or ("expired" in words and not allow_expired):
            raise _exceptions.InvalidToken("unknown")
        past = "expired" in words
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=-1 if past else 1)
        domain = {"id": "D", "name": "d"}
        body = {"user": {"id": "U", "name": "U", "domain": domain},
                "project": {"id": "P", "name": "P", "domain": domain}, "methods": ["password"],
                "roles": [{"id": word, "name": word} for word in words],
                "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "issued_at": "2020-01-01T00:00:00.000000Z",
                "catalog": [{"type": kind, "name": kind, "id": kind, "endpoints": []}
                            for kind in (["image"] if "foreign" in words else ["identity", "kernel"])]}
        if "rules" in words:
            body["application_credential"] = {"id": "A", "name": "a", "restricted": True, "access_rules": [
                {"service": "kernel", "method": "GET", "path": "/v1/builds/*"}]}
        return {"token": body}

    def _create_identity_server(self):
        return None


def status(required, token, service, method, path):
    conf = cfg.ConfigOpts()
    conf([])
    settings = {"service_type": "kernel", "service_token_roles_required": str(required), "oslo_config_config": conf,
                "www_authenticate_uri": "http://keystone"}
    middleware = Middleware(lambda environ, start: webob.Response("ok")(environ, start), settings)
    request = webob.Request.blank(path, method=method)
    for name, value in (("X-Auth-Token", token), ("X-Service-Token", service)):
        if value is not None:
            request.headers[name] = value
    return request.get_response(middleware).status_int


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"


def main():
    logging.disable(logging.CRITICAL)
    paths = [[pattern, path, bool(auth_token._path_matches(path, pattern))]
             for pattern, path in itertools.product(PATTERNS, PATHS)]
    requests = [[required, token, service, *request, status(required, token, service, *request)]
                for required, token, service, request in itertools.product([True, False], TOKENS, SERVICES, REQUESTS)]
    written = {"paths.json": lines(paths), "requests.json": lines(requests)}
    different = [name for name, text in written.items()
                 if not (HERE / name).exists() or (HERE / name).read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"not as keystonemiddleware: {different}" if different else 0)
    for name in different:
        (HERE / name).write_text(written[name])


main()
