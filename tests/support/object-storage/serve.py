"""An S3 server (moto) that checks signatures, and boto3 to put objects there: one JSON request a line on stdin, one answer a line."""

import base64
import json
import os
import sys

os.environ["AWS_DEFAULT_REGION"] = "ap-northeast-1"
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
# Pages of so few objects, so that a listing has several.
os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = "20"
# The first three calls make a user with a key and rights; every later one must be signed by it.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "yagura-logs"

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://127.0.0.1:{port}"


def client(service, key="first", secret="first"):
    return boto3.client(service, endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret)


iam = client("iam")
iam.create_user(UserName="reader")
rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=json.dumps(rights))
key = iam.create_access_key(UserName="reader")["AccessKey"]
s3 = client("s3", key["AccessKeyId"], key["SecretAccessKey"])
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})


def answer(request):
    if "put" in request:
        s3.put_object(Bucket=BUCKET, Key=request["put"], Body=base64.b64decode(request["base64"]))
        return {}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return {"keys": [found["Key"] for page in pages for found in page.get("Contents", [])]}


ready = {"url": url, "bucket": BUCKET, "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}
print(json.dumps(ready), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
server.stop()
