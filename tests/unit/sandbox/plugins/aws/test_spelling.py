"""Names and tags, between AWS and the provider."""

from __future__ import annotations

from sandbox.plugins.aws.spelling import camel, pascal, tag_map


def test_names_go_both_ways() -> None:
    assert pascal({"vpcId": "a", "nested": [{"toPort": 1, "none": None}]}) == {"VpcId": "a", "Nested": [{"ToPort": 1}]}
    assert camel({"VpcId": "a", "Nested": [{"ToPort": 1}]}) == {"vpcId": "a", "nested": [{"toPort": 1}]}


def test_tags_of_aws_itself_are_left_out() -> None:
    assert tag_map([{"Key": "aws:asg", "Value": "1"}, {"Key": "Name", "Value": "a"}]) == {"Name": "a"}
