#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes `recorded.json` here: what of a recording the tests compare with. `reduce.py FOLDER`, a folder
with one for each way to configure queues, and in it a file of AMQP frames for each scenario, recorded
between real oslo.messaging clients and servers and RabbitMQ.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
MODES = ["default", "durable", "quorum", "oslo-messaging-18-default"]
DECLARATIONS = ["exchange.declare", "queue.declare", "queue.bind", "basic.consume"]


def plain(arguments):
    return {name: value["value"] for name, value in arguments.items()}


def declaration(event):
    keep = ["exchange", "type", "queue", "routing_key", "durable", "exclusive", "auto_delete", "consumer_tag"]
    found = {name: event["args"][name] for name in keep if name in event["args"]}
    return {"method": event["method"], **found, "arguments": plain(event["args"]["arguments"])}


def publication(event):
    message = event.get("oslo_message_decoded")
    if isinstance(message, dict) and message.get("failure"):
        failure = json.loads(message["failure"])
        failure["tb"] = failure["tb"][:1]
        message["failure"] = json.dumps(failure)
    body = event.get("body_json") if message is None else {"oslo.version": event["body_json"]["oslo.version"]}
    args = event["args"]
    return {"exchange": args["exchange"], "routing_key": args["routing_key"], "mandatory": args["mandatory"],
            "properties": event["properties"], "body": body, "message": message}


def scenario(path):
    events = [event for event in json.loads(path.read_text())["events"] if event["dir"] == "client->broker"]
    return {"declarations": [declaration(event) for event in events if event["method"] in DECLARATIONS],
            "publications": [publication(event) for event in events if event["method"] == "basic.publish"]}


folder = pathlib.Path(sys.argv[1])
skip = ("INDEX", "broker_state")
recorded = {mode: {path.stem: scenario(path) for path in sorted((folder / mode).glob("*.json"))
                   if not path.stem.startswith(skip)} for mode in MODES}
for mode in recorded.values():
    for name in [name for name, found in mode.items() if not found["declarations"] and not found["publications"]]:
        del mode[name]
(HERE / "recorded.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")
