#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what the real oslo.log and oslo.utils make of records and secrets: `lines.json`, `masked.json`;
`--check` only compares. Needs oslo.log and oslo.utils (recorded with 8.3.2 and 10.2.0).
"""
import json
import logging
import os
import pathlib
import sys
import time

from oslo_config import cfg
from oslo_context import context
from oslo_log import formatters, log
from oslo_utils import strutils

HERE = pathlib.Path(__file__).parent
os.environ["TZ"] = "UTC"
time.tzset()

# Ours has no name of a function; the module stands for it.
SUFFIX = {"LOGGING_DEBUG_FORMAT_SUFFIX": "%(name)s %(pathname)s:%(lineno)d"}
CASES = [
    ("INFO", "plain", "", False, {}),
    ("INFO", "with context", "", True, {}),
    ("WARN", "100% of %s", "", True, {}),
    ("ERROR", "about", "[kernel: 1] ", True, {}),
    ("DEBUG", "details", "", False, SUFFIX),
    ("DEBUG", "details", "", True, SUFFIX),
    ("INFO", "other", "", True, {"LOGGING_CONTEXT_FORMAT_STRING":
     "%(isotime)s %(levelname)s %(user_name)s %(project_name)s %(filename)s %(module)s %(threadName)s %% %(message)s"}),
    ("INFO", "other", "", True, {"LOGGING_USER_IDENTITY_FORMAT": "%(user)s@%(user_domain)s"}),
    ("INFO", "other", "", False, {"LOG_DATE_FORMAT": "%d.%m.%y %H"}),
]
SECRETS = [
    "password = hunter2", "password='hunter2'", 'password = "hunter2 x"', "--password hunter2", '"adminPass": "hunter2"',
    "{'admin_password': u'hunter2'}", "auth_token=hunter2", "token: hunter2", '{"token": "hunter2", "a": 1}',
    "'--os-password', 'hunter2'", 'secret "hunter2"', "PASSWORD=hunter2", "private_key=hunter2", "new_pass = hunter2",
    "x_secret1 = 'hunter2'", "passphrase=hunter2", "{'original_password': 'hunter2', 'x': 'y'}", "sslkey = hunter2",
]


def line(level, message, resource, with_context, settings):
    conf = cfg.ConfigOpts()
    log.register_options(conf)
    conf([])
    for name, value in settings.items():
        conf.set_override(name.lower(), value)
    formatter = formatters.ContextFormatter(config=conf, datefmt=conf.log_date_format)
    number = {"WARN": logging.WARNING}.get(level) or getattr(logging, level)
    record = logging.LogRecord("kaas.api", number, "/src/api.py", 7, message, (), None, "x")
    record.created, record.msecs, record.process, record.threadName = 1795521601.007, 7, 42, "MainThread"
    if resource:
        record.instance = resource
    # A context is remembered by its thread.
    context._request_store.__dict__.clear()
    if with_context:
        record.context = context.RequestContext(
            user_id="U", user_name="un", project_id="P", project_name="pn", user_domain_id="D",
            project_domain_id="E", request_id="req-1", overwrite=False)
    return formatter.format(record)


def main():
    lines = [{"level": level, "message": message, "resource": resource, "context": with_context,
              "settings": settings, "line": line(level, message, resource, with_context, settings)}
             for level, message, resource, with_context, settings in CASES]
    masked = [text for text in SECRETS if "hunter2" not in strutils.mask_password(text)]
    written = {"lines.json": lines, "masked.json": masked}
    different = []
    for name, value in written.items():
        path, text = HERE / name, json.dumps(value, indent=1) + "\n"
        if not path.exists() or path.read_text() != text:
            different.append(name)
            if "--check" not in sys.argv:
                path.write_text(text)
    if "--check" in sys.argv and different:
        sys.exit(f"not as oslo.log: {different}")


main()
