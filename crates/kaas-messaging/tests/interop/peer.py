#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A peer with the real oslo.messaging: `peer.py URL EXCHANGE TOPIC`.

Reads commands, a JSON object a line, and writes what comes of each, likewise; what its server and its
listener hear it writes as `{"heard": ...}`, whenever it comes.
"""
import json
import logging
import sys
import threading
import time

import oslo_messaging
from oslo_config import cfg

url, exchange, topic = sys.argv[1:]
logging.basicConfig(level=logging.WARNING)
conf = cfg.CONF  # 18.3 registers its options for tracing with no other
conf([], project="kaas-none")
oslo_messaging.set_transport_defaults(exchange)
transport = oslo_messaging.get_rpc_transport(conf, url)
notifications = oslo_messaging.get_notification_transport(conf, url)
lock = threading.Lock()


def say(**line):
    with lock:
        print(json.dumps(line), flush=True)


class KernelNotFound(Exception):
    def __init__(self, message, code=0):
        super().__init__(message)
        self.kwargs = {"code": code}


class Endpoint:
    target = oslo_messaging.Target(namespace="test", version="1.2")

    def __init__(self, name):
        self.name = name

    def echo(self, context, **args):
        return {"by": self.name, "args": args, "user": context.get("user"), "request": context.get("request_id")}

    def slow(self, context, seconds):
        time.sleep(seconds)
        return "late"

    def tell(self, context, what):
        say(heard=f"{self.name}: {what}")

    def fail_builtin(self, context):
        raise ValueError("bad value")

    @oslo_messaging.expected_exceptions(KernelNotFound)
    def fail(self, context):
        raise KernelNotFound("no kernel é", code=404)


class Listener:
    def info(self, context, publisher_id, event_type, payload, metadata):
        say(heard={"event": event_type, "publisher": publisher_id, "payload": payload,
                   "user": context.get("user"), "metadata": sorted(metadata)})

    error = info


def client(command):
    target = oslo_messaging.Target(topic=topic)
    made = oslo_messaging.get_rpc_client(transport, target)
    names = ("server", "namespace", "version", "fanout", "timeout", "call_monitor_timeout")
    return made.prepare(**{name: command[name] for name in names if name in command})


def run(command):
    args = command.get("args", {})
    context = {"user": "U", "request_id": "req-1", "project_id": "P", "roles": ["member"]}
    match command["do"]:
        case "call":
            return client(command).call(context, command["method"], **args)
        case "cast":
            return client(command).cast(context, command["method"], **args)
        case "serve":
            target = oslo_messaging.Target(topic=topic, server=command["name"])
            server = oslo_messaging.get_rpc_server(
                transport, target, [Endpoint(command["name"])], executor="threading")
            server.start()
        case "listen":
            targets = [oslo_messaging.Target(topic=topic)]
            listener = oslo_messaging.get_notification_listener(
                notifications, targets, [Listener()], executor="threading")
            listener.start()
        case "notify":
            notifier = oslo_messaging.Notifier(
                notifications, "theirs.h1", driver=command["driver"], topics=[topic])
            getattr(notifier, command["priority"])(context, command["event"], command["payload"])


for line in sys.stdin:
    try:
        say(outcome={"result": run(json.loads(line))})
    except Exception as error:
        remote = getattr(error, "exc_type", None)
        say(outcome={"error": type(error).__name__, "remote": remote, "message": str(getattr(error, "value", error))})
