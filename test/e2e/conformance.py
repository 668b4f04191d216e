"""Asks simulated clouds by boto3, and holds each answer against the model of its service. Reads the plan on standard input; a JSON line a case."""

import json
import re
import sys
from collections import Counter
from datetime import datetime
from xml.etree import ElementTree

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

plan = json.load(sys.stdin)
raw = {}


def client_of(service, url="url", region="region"):
    keys = {"aws_access_key_id": plan["account"], "aws_secret_access_key": "x"}
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client(service, region_name=plan[region], endpoint_url=plan[url], config=config, **keys)
    client.meta.events.register("before-parse", lambda response_dict, **_: raw.update(body=response_dict["body"]))
    return client


def model_of(client, row):
    return client.meta.service_model.operation_model(row["operation"])


def ask(client, row, params):
    return getattr(client, method_of(client, row))(**params)


def method_of(client, row):
    return next(method for method, operation in client.meta.method_to_api_mapping.items() if operation == row["operation"])


def keys_of(shape):
    """What a member is called where it is sent in a body -> its shape."""
    return {member.serialization.get("name", name): member for name, member in shape.members.items() if "location" not in member.serialization}


def body_of(model, protocol):
    """The body as sent, as JSON values; XML by what its shape says."""
    if protocol in ("json", "rest-json"):
        return json.loads(raw["body"])
    root = ElementTree.fromstring(raw["body"])
    return from_xml(model.output_shape, root[0] if protocol == "query" else root)


def from_xml(shape, element):
    if shape.type_name == "structure":
        found, keys = {}, keys_of(shape)
        for child in element:
            tag = child.tag.split("}")[-1]
            member = keys.get(tag)
            flat = member is not None and member.type_name == "list" and member.serialization.get("flattened")
            if flat:
                found.setdefault(tag, []).append(from_xml(member.member, child))
            else:
                found[tag] = child.text if member is None else from_xml(member, child)
        return found
    if shape.type_name == "list":
        return [from_xml(shape.member, child) for child in element]
    text = element.text or ""
    return {"integer": int, "long": int, "boolean": lambda value: {"true": True, "false": False}[value]}.get(shape.type_name, str)(text)


TYPES = {"string": str, "character": str, "integer": int, "long": int, "float": (int, float), "double": (int, float), "boolean": bool}


def faults_of(shape, value, path, stamp):
    """Everything in a value that its shape does not know."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no structure"]
        keys = keys_of(shape)
        required = [shape.members[name].serialization.get("name", name) for name in shape.required_members]
        unknown = [f"{path}.{key}: not in {shape.name}" for key in value if key not in keys]
        absent = [f"{path}.{key}: required in {shape.name}" for key in required if key in keys and key not in value]
        return unknown + absent + [fault for key in value if key in keys for fault in faults_of(keys[key], value[key], f"{path}.{key}", stamp)]
    if kind == "list" and isinstance(value, list):
        return bounds(shape, len(value), path) + [fault for item in value for fault in faults_of(shape.member, item, f"{path}[]", stamp)]
    if kind == "map" and isinstance(value, dict):
        return [fault for key in value for fault in faults_of(shape.value, value[key], f"{path}.*", stamp)]
    if kind == "timestamp":
        return time_faults(value, path, shape.serialization.get("timestampFormat", stamp))
    if not isinstance(value, TYPES.get(kind, ())) or (kind != "boolean" and isinstance(value, bool)):
        return [f"{path}: {value!r} is no {kind}"]
    return text_faults(shape, value, path) if kind == "string" else bounds(shape, value, path)


def time_faults(value, path, form):
    if form == "unixTimestamp":
        return [] if isinstance(value, (int, float)) and not isinstance(value, bool) else [f"{path}: {value!r} is no epoch time"]
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00"))
        return []
    except (AttributeError, ValueError):
        return [f"{path}: {value!r} is no ISO time"]


def bounds(shape, size, path):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    fits = (least is None or size >= least) and (most is None or size <= most)
    return [] if fits else [f"{path}: {size} is not in {least}..{most}"]


def text_faults(shape, value, path):
    if shape.enum:
        return [] if value in [*shape.enum, plan["unknown"]] else [f"{path}: {value!r} is not in {shape.name}"]
    pattern = shape.metadata.get("pattern")
    matches = shape.name in plan["loosely"] or pattern is None or r"\p{" in pattern or re.fullmatch(pattern, value) is not None
    return bounds(shape, len(value), path) + ([] if matches else [f"{path}: {value!r} does not match {pattern}"])


def answer_faults(client, row, params):
    model, protocol = model_of(client, row), client.meta.service_model.resolved_protocol
    try:
        parsed = ask(client, row, params)
    except Exception as error:
        return [f"{params}: {type(error).__name__}: {error}"]
    sent = body_of(model, protocol)
    stamp = "unixTimestamp" if protocol.endswith("json") else "iso8601"
    lost = [f"{key}: not parsed" for key, member in keys_of(model.output_shape).items() if key in sent and not any(member is model.output_shape.members.get(name) for name in parsed)]
    return faults_of(model.output_shape, sent, "", stamp) + lost


TOKENS = (("NextToken", "NextToken"), ("nextToken", "nextToken"), ("ContinuationToken", "NextContinuationToken"))


def tokens_of(model):
    return next((pair for pair in TOKENS if pair[0] in model.input_shape.members and pair[1] in model.output_shape.members), None)


def pages_of(client, row, params, page_size=None):
    """Every page, by boto3's own paginator where it has one."""
    method = method_of(client, row)
    if client.can_paginate(method):
        config = {"PageSize": page_size} if page_size else {}
        return list(client.get_paginator(method).paginate(**params, PaginationConfig=config))
    asked, answered = tokens_of(model_of(client, row))
    pages = [ask(client, row, params)]
    while pages[-1].get(answered) and len(pages) < 500:
        pages.append(ask(client, row, {**params, asked: pages[-1][answered]}))
    return pages


def items_of(model, page):
    name = next(name for name, member in model.output_shape.members.items() if member.type_name == "list")
    return [json.dumps(item, default=str, sort_keys=True) for item in page.get(name, [])]


def page_faults(row, params):
    whole, by_one = client_of(row["service"]), client_of(row["service"], "pagedUrl")
    model = model_of(whole, row)
    wanted = [item for page in pages_of(whole, row, params) for item in items_of(model, page)]
    walks = {"one by one as the server gives them": pages_of(by_one, row, params)}
    limit = next((model.input_shape.members[name] for name in ("MaxResults", "maxResults", "MaxKeys") if name in model.input_shape.members), None)
    if whole.can_paginate(method_of(whole, row)) and limit is not None and limit.metadata.get("min", 1) <= 1:
        walks["one by one as asked"] = pages_of(whole, row, params, 1)
    faults = [] if len(set(wanted)) == len(wanted) else ["something is listed twice"]
    for how, pages in walks.items():
        listed = [item for page in pages for item in items_of(model, page)]
        if Counter(listed) != Counter(wanted):
            faults.append(f"{how}: {len(listed)} items, not the same {len(wanted)}")
        if len(pages) < len(wanted):
            faults.append(f"{how}: {len(pages)} pages of {len(wanted)} items")
    return faults


FAMILIES = {
    "denied": ("AccessDeniedException", "AccessDenied"),
    "throttled": ("ThrottlingException", "TooManyRequestsException", "Throttling", "SlowDown"),
    "broken": ("InternalServerException", "InternalFailure", "InternalServiceError", "ServiceException", "InternalError"),
    "token": ("ValidationException", "InvalidInputException", "InvalidNextToken", "InvalidNextTokenException", "InvalidParameterValue", "InvalidArgument"),
}
JSON = {"AccessDeniedException": 400, "ThrottlingException": 400, "InternalFailure": 500, "ValidationException": 400}
COMMON = {
    "json": JSON,
    "rest-json": JSON,
    "query": {"AccessDenied": 403, "Throttling": 400, "InternalFailure": 500},
    "rest-xml": {"AccessDenied": 403, "SlowDown": 503, "InternalError": 500, "InvalidArgument": 400},
}


def error_faults(client, row, params, wanted):
    """The code has to be one that the operation, or else another of its service, is modelled with, if any is, and come as that exception and status."""
    model, protocol = model_of(client, row), client.meta.service_model.resolved_protocol
    try:
        ask(client, row, params)
        return [f"{wanted}: it was answered"]
    except ClientError as error:
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        own, shared = ({shape.error_code: shape for shape in of.error_shapes} for of in (model, client.meta.service_model))
        modelled = next((codes for codes in (own, shared) if any(each in codes for each in wanted)), {})
        expected = [each for each in wanted if each in (modelled or COMMON[protocol])]
        if code not in expected:
            return [f"{code}, not {' or '.join(expected)}"]
        shape = modelled.get(code)
        due = COMMON[protocol].get(code) if shape is None else shape.metadata.get("error", {}).get("httpStatusCode", 400)
        right = shape is None or type(error).__name__ == shape.name
        return ([] if status == due else [f"{code}: status {status}, not {due}"]) + ([] if right else [f"{code}: {type(error).__name__}"])


def refusals_of(row, params):
    service, model = row["service"], model_of(client_of(row["service"]), row)
    regions = ["throttled", "broken"] if service == "sts" else ["denied", "throttled", "broken"]
    faults = [fault for region in regions for fault in error_faults(client_of(service, "url", region), row, params, FAMILIES[region])]
    if "missing" in row:
        absent, code = row["missing"]
        faults += error_faults(client_of(service), row, absent, [code])
    if tokens_of(model):
        faults += error_faults(client_of(service), row, {**params, tokens_of(model)[0]: "a token of nobody"}, FAMILIES["token"])
    return faults


def form_of(value, path=""):
    """Every path of an answer with the type that stands there."""
    if isinstance(value, dict):
        return set().union(*(form_of(inner, f"{path}.{key}" if path else key) for key, inner in value.items() if key != "ResponseMetadata"), set())
    if isinstance(value, list):
        return set().union(*(form_of(inner, f"{path}[]") for inner in value), set())
    return {f"{path} {type(value).__name__}"}


def make_small(url):
    sagemaker, s3, organizations = (client_of(name, url, "small") for name in ("sagemaker", "s3", "organizations"))
    container = {"Image": "registry/small:1", "ModelDataUrl": "s3://small-models/small/model.tar.gz", "Environment": {"THRESHOLD": "0.4"}}
    variant = {"VariantName": "primary", "ModelName": "small", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    role = f"arn:aws:iam::{plan['account']}:role/model-execution"
    tags = [{"Key": "owner", "Value": "kim@example.com"}]
    sagemaker.create_model(ModelName="small", PrimaryContainer=container, ExecutionRoleArn=role)
    sagemaker.create_endpoint_config(EndpointConfigName="small", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="small", EndpointConfigName="small", Tags=tags)
    sagemaker.create_model_package_group(ModelPackageGroupName="small", ModelPackageGroupDescription="small")
    types = {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    inference = {"Containers": [{"Image": "registry/small:1", "ModelDataUrl": container["ModelDataUrl"]}], **types}
    sagemaker.create_model_package(ModelPackageGroupName="small", InferenceSpecification=inference, ModelApprovalStatus="Approved")
    s3.create_bucket(Bucket="small-models", CreateBucketConfiguration={"LocationConstraint": plan["small"]})
    s3.put_object(Bucket="small-models", Key="small/model.tar.gz", Body=b"weights")
    organizations.create_organization(FeatureSet="ALL")


def beside_faults(row):
    theirs, ours = (form_of(ask(client_of(row["service"], url, "small"), row, row["beside"])) for url in ("motoUrl", "url"))
    differences = {f"{row['operation']} + {each}" for each in ours - theirs} | {f"{row['operation']} - {each}" for each in theirs - ours}
    known = {each for each in plan["differences"] if each.split(" ")[0] == row["operation"]}
    return sorted([f"new: {each}" for each in differences - known] + [f"no longer: {each}" for each in known - differences])


def case(name, check, *arguments):
    try:
        faults = check(*arguments)
    except Exception as error:
        faults = [f"{type(error).__name__}: {error}"]
    print(json.dumps({"name": name, "faults": list(dict.fromkeys(faults))}), flush=True)


make_small("motoUrl")
for row in plan["rows"]:
    name, asked = f"{row['service']} {row['operation']}", row.get("asked", [{}])
    client = client_of(row["service"])
    case(f"{name}: as its model says", lambda: [fault for params in asked for fault in answer_faults(client, row, params)])
    if tokens_of(model_of(client, row)):
        case(f"{name}: every page", lambda: [fault for params in asked for fault in page_faults(row, params)])
    case(f"{name}: refuses as its model says", refusals_of, row, asked[0])
    if "beside" in row:
        case(f"{name}: looks like moto, but for what is known", beside_faults, row)
