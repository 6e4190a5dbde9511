"""The `aws` provider: each resource type is a few boto3 calls against the region."""

import functools

from sandbox.plugins.aws import (
    autoscaling,
    ec2_endpoints,
    ec2_flow_logs,
    ec2_instances,
    ec2_launch_templates,
    ec2_network,
    ec2_routes,
    ec2_security,
    ec2_volumes,
    elb,
    iam,
    kms,
    logs,
    route53,
    s3,
    s3_settings,
    secretsmanager,
)
from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.errors import describe
from sandbox.plugins.aws.functions import FUNCTIONS
from sandbox.plugins.resource import Provider
from sandbox.plugins.server import serve_provider
from sandbox.plugins.wire import Properties

SERVICES = (
    autoscaling,
    ec2_endpoints,
    ec2_flow_logs,
    ec2_instances,
    ec2_launch_templates,
    ec2_network,
    ec2_routes,
    ec2_security,
    ec2_volumes,
    elb,
    iam,
    kms,
    logs,
    route53,
    s3,
    s3_settings,
    secretsmanager,
)


class AwsProvider(Provider):
    name = "aws"

    def __init__(self) -> None:
        super().__init__()
        self.aws = Aws()
        self.aws.cancelled = self.cancelled
        kinds: list[type[AwsResource]] = [kind for service in SERVICES for kind in service.TYPES]
        self.resources = {kind.token: kind(self.aws) for kind in kinds}
        self.functions = {token: functools.partial(call, self.aws) for token, call in FUNCTIONS.items()}

    def configure(self, config: Properties) -> None:
        self.aws.configure(config)

    def describe_error(self, error: Exception) -> str:
        return describe(error)


def main() -> None:
    """The plugin's process."""
    serve_provider(AwsProvider())
