"""An AWS client that shares nothing with Rollcall: one JSON request a line, one JSON answer a line, every list read to its end."""

import json
import sys

import boto3
from boto3.dynamodb.types import TypeDeserializer

clients = {}
deserialize = TypeDeserializer().deserialize


def call(service, operation, parameters):
    client = clients.setdefault(service, boto3.client(service))
    if client.can_paginate(operation):
        answer = client.get_paginator(operation).paginate(**parameters).build_full_result()
    else:
        answer = getattr(client, operation)(**parameters)
    if operation == "scan":
        answer["Items"] = [{key: deserialize(value) for key, value in item.items()} for item in answer["Items"]]
    return answer


def jsonable(value):
    return sorted(value) if isinstance(value, set) else str(value)


for line in sys.stdin:
    try:
        answer = {"ok": call(**json.loads(line))}
    except Exception as error:  # whatever boto3 says is the caller's to judge
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer, default=jsonable), flush=True)
