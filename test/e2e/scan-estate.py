"""Makes an estate from a description on standard input with boto3, a client of its own: scan-estate.py REGION."""

import json
import sys

import boto3

estate = json.load(sys.stdin)
sagemaker = boto3.client("sagemaker", region_name=sys.argv[1])

for model in estate.get("models", []):
    container = {key: model[key] for key in ("Image", "ModelDataUrl", "Environment")}
    sagemaker.create_model(ModelName=model["name"], PrimaryContainer=container, ExecutionRoleArn=model["role"])
    variant = {"VariantName": "main", "ModelName": model["name"], "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName=model["name"], ProductionVariants=[variant])

for endpoint in estate.get("endpoints", []):
    tags = [{"Key": key, "Value": value} for key, value in endpoint["tags"].items()]
    sagemaker.create_endpoint(EndpointName=endpoint["name"], EndpointConfigName=endpoint["config"], Tags=tags)

s3 = boto3.client("s3", region_name="us-east-1")
for uri, body in estate.get("objects", {}).items():
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
