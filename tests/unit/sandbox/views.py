"""A small region as plain values: one VPC with two machines, an endpoint, a load balancer and a private zone."""

from __future__ import annotations

from sandbox.view import Balancer, Endpoint, Interface, Record, Rule, Subnet, TargetGroup, View

TARGETS = "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/api/feed"
BALANCER_NAME = "api-1.eu-central-1.elb.amazonaws.com"
CONTROL_PLANE = Interface("10.40.1.11", "vpc-1", "subnet-a", ("sg-cp",), "instance", "i-1")
WORKER = Interface("10.40.2.130", "vpc-1", "subnet-b", ("sg-worker",), "instance", "i-2")

EXAMPLE = View(
    vpcs={"vpc-1": "10.40.0.0/16"},
    subnets={
        "subnet-a": Subnet("subnet-a", "vpc-1", "10.40.1.0/24", "eu-central-1a", s3_gateway=True, nat=False),
        "subnet-b": Subnet("subnet-b", "vpc-1", "10.40.2.0/24", "eu-central-1b", s3_gateway=False, nat=False),
    },
    interfaces=(
        CONTROL_PLANE,
        WORKER,
        Interface("10.40.1.128", "vpc-1", "subnet-a", ("sg-endpoint",), "endpoint"),
        Interface("10.40.1.10", "vpc-1", "subnet-a", ("sg-api",), "balancer"),
    ),
    rules={
        "sg-cp": (
            Rule(False, "tcp", 6443, 6443, "group", "sg-api"),
            Rule(False, "tcp", 2379, 2380, "group", "sg-cp"),
            Rule(True, "tcp", 443, 443, "prefix", "pl-1"),
        ),
        "sg-worker": (Rule(True, "-1", None, None, "cidr", "0.0.0.0/0"),),
        "sg-api": (Rule(False, "tcp", 6443, 6443, "cidr", "198.18.0.0/24"),),
        "sg-endpoint": (Rule(False, "tcp", 443, 443, "group", "sg-gone"),),
        "sg-empty": (Rule(False, "tcp", 1, 1, "cidr", "0.0.0.0/0"),),
    },
    endpoints=(Endpoint("secretsmanager", "vpc-1", {"subnet-a": "10.40.1.128", "subnet-b": "10.40.2.128"}),),
    balancers=(
        Balancer("arn:lb", BALANCER_NAME, "vpc-1", ("10.40.1.10", "10.40.2.10"), ((6443, TARGETS),)),
    ),
    target_groups={
        TARGETS: TargetGroup(
            TARGETS, (("10.40.1.11", 6443), ("10.40.1.12", 6443)), "HTTPS", "/readyz", None, 5, 4, 2, 3
        )
    },
    records=(
        Record("api.sandbox.test", "A", (), BALANCER_NAME, frozenset({"vpc-1"})),
        Record("db.sandbox.test", "A", ("10.40.1.50",), "", frozenset({"vpc-1"})),
        Record("alias.sandbox.test", "CNAME", ("db.sandbox.test.",), "", frozenset({"vpc-1"})),
        Record("other.elsewhere.test", "A", ("10.9.9.9",), "", frozenset({"vpc-2"})),
    ),
    zones=(("sandbox.test", frozenset({"vpc-1"})),),
)  # fmt: skip
