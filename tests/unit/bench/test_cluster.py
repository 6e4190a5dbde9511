"""What is kept of a run of the cluster tests."""

from __future__ import annotations

from pathlib import Path

from bench.cluster import facts

JUNIT = """<?xml version="1.0"?>
<testsuites><testsuite>
  <testcase name="test_loss" time="12.6">
    <properties>
      <property name="lost" value="{'seconds': 5.5, 'failures': 0}"/>
      <property name="said" value="0 of 12 questions failed"/>
    </properties>
  </testcase>
  <testcase name="test_failed" time="1"><properties><property name="x" value="1"/></properties><failure/></testcase>
  <testcase name="test_without_facts" time="1"/>
</testsuite></testsuites>
"""


def test_facts_of_tests_that_passed_are_kept(tmp_path: Path) -> None:
    junit = tmp_path / "cluster.xml"
    junit.write_text(JUNIT)
    assert facts(junit) == {
        "test_loss": {
            "lost": {"seconds": 5.5, "failures": 0},
            "said": "0 of 12 questions failed",
            "test seconds": 13,
        }
    }
