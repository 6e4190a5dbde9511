"""Errors reach the user as they are, and leave nothing behind that the next run can't deal with."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from tests.engine.conftest import Project


def test_an_error_of_aws_is_shown_with_its_code(project: Project) -> None:
    printed = project.up(
        """
        import pulumi_aws as aws
        aws.ec2.Subnet("subnet", vpc_id="vpc-00000000", cidr_block="10.0.0.0/24")
        """,
        fails=True,
    )
    assert "creating CreateSubnet: InvalidVpcID.NotFound: VpcID vpc-00000000 does not exist." in printed


def test_an_input_that_the_stand_in_does_not_know_is_refused(project: Project) -> None:
    project.write('import pulumi_aws as aws\naws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", ipv6_netmask_length=56)')
    printed = project.run("preview", fails=True)
    assert "the sandbox does not implement ipv6NetmaskLength of aws:ec2/vpc:Vpc" in printed


def test_a_half_made_resource_is_kept_and_completed(project: Project) -> None:
    program = """
    import pulumi_aws as aws
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.5.0.0/16")
    aws.ec2.InternetGateway("gateway", vpc_id=%s)
    """
    printed = project.up(program % "'vpc-00000000'", fails=True)
    assert "AttachInternetGateway: InvalidVpcID.NotFound" in printed
    gateway = project.resources()["gateway"]["id"]

    project.up(program % "vpc.id")
    described = project.region.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway])
    attachments = described["InternetGateways"][0]["Attachments"]
    assert [entry["VpcId"] for entry in attachments] == [project.resources()["vpc"]["id"]]


def test_an_exception_of_the_program_is_shown_from_its_first_line_on(project: Project) -> None:
    project.write("def broken():\n    raise ValueError('nothing to see')\nbroken()")
    printed = project.run("preview", fails=True)
    assert "ValueError: nothing to see" in printed
    assert "__main__.py" in printed
    assert "launch.py" not in printed


def test_a_fault_that_the_program_reports_is_one_line(project: Project) -> None:
    project.write("raise pulumi.RunError('stacks/x.yaml: hardway:pools: is missing')")
    printed = project.run("preview", fails=True)
    assert "error: stacks/x.yaml: hardway:pools: is missing" in printed
    assert "Traceback" not in printed


def test_an_interrupt_ends_everything_and_the_next_run_goes_on(project: Project) -> None:
    started = project.folder / "started"
    program = """
    import pulumi_command as command
    first = command.local.Command("first", create="true")
    slow = command.local.Command("slow", create="SLOW", opts=pulumi.ResourceOptions(depends_on=[first]))
    """
    project.write(program.replace("SLOW", f"touch {started}; exec sleep 300"))
    process = subprocess.Popen(
        project.command("up", "--yes", "--skip-preview"),
        cwd=project.folder,
        env=project.region.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _wait_for(started)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in printed
    assert not [path for path in _command_lines() if str(project.folder) in path or "sleep 300" in path]

    project.up(program.replace("SLOW", "true"))
    assert {"first", "slow"} <= project.resources().keys()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)


def _command_lines() -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text().replace("\0", " "))
        except OSError:
            continue  # It ended while being looked at.
    return lines
