"""What every rule owes its reader; the files are found by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy import catalogue
from policy.catalogue import FOLDER, rules
from policy.rule import ResourceRule, Rule, StackRule

TESTS = Path(__file__).parent / "rules"
NAMES = [rule.name for rule in rules()]


def test_every_file_is_a_rule_and_every_rule_has_its_file() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert files == set(NAMES)
    assert len(NAMES) == len(files)


def test_every_rule_has_its_test() -> None:
    tested = {path.stem.removeprefix("test_").replace("_", "-") for path in TESTS.glob("test_*.py")}
    assert set(NAMES) - tested == set()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_says_what_why_where_from_and_how_to_mend(rule: Rule) -> None:
    assert isinstance(rule, ResourceRule | StackRule)
    for text in (rule.what, rule.why, rule.fix):
        assert text.endswith(".")
        assert text == text.strip()
    assert rule.source.startswith("https://") or " " not in rule.source
    assert rule.reference
    if isinstance(rule, ResourceRule):
        assert rule.types


@pytest.mark.parametrize("content", ["", "RULE = 1", "from policy.rules.cidrs_overlap import RULE"])
def test_a_file_without_its_rule_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    (tmp_path / "policy_rule_double.py").write_text(content)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr("policy.rules.__path__", [str(tmp_path)])
    with pytest.raises(TypeError, match=r"policy/rules/policy_rule_double\.py has no RULE named policy-rule-double"):
        catalogue.rules.__wrapped__()
