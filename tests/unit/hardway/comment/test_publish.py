"""Exactly one comment per environment and pull request, whatever happens on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hardway.comment.body import Marker, compose
from hardway.comment.forge import ForgeError
from hardway.comment.publish import Outcome, publish
from tests.unit.hardway.comment.forge_server import TOKEN, Fault, Server


def post(server: Server, report: str, *, environment: str = "prod", run: int = 1) -> Outcome:
    waits: list[float] = []
    return publish(server.forge(waits), pull=7, environment=environment, run=run, report=report, sleep=waits.append)


def test_a_report_is_posted_once_and_then_updated_in_place(server: Server) -> None:
    assert post(server, "first") == "created"
    assert post(server, "second", run=2) == "updated"
    assert post(server, "second", run=2) == "unchanged"
    assert server.bodies() == [compose("prod", 2, "second")]


def test_environments_whose_names_begin_alike_have_a_comment_each(server: Server) -> None:
    names = ["prod", "prod-eu", "prod-e", "pro"]
    for name in names:
        assert post(server, f"report of {name}", environment=name) == "created"
    for name in reversed(names):
        assert post(server, f"more of {name}", environment=name, run=2) == "updated"
    assert server.bodies() == [compose(name, 2, f"more of {name}") for name in names]


def test_the_comment_is_found_among_200(server: Server) -> None:
    for number in range(150):
        server.add(f"comment {number}", author="reviewer")
    post(server, "first")
    for number in range(50):
        server.add(f"more {number}", author="reviewer")
    assert post(server, "second", run=2) == "updated"
    assert len(server.bodies()) == 201
    assert server.bodies()[150] == compose("prod", 2, "second")


def test_a_comment_of_somebody_else_with_the_marker_is_left_alone(server: Server) -> None:
    theirs = compose("prod", 999, "planted")
    server.add(theirs, author="stranger")
    assert post(server, "ours") == "created"
    assert post(server, "ours, newer", run=2) == "updated"
    assert server.bodies() == [theirs, compose("prod", 2, "ours, newer")]


def test_our_own_comment_that_quotes_the_marker_is_left_alone(server: Server) -> None:
    quoted = f"as in\n{Marker('prod', 1)}\n"
    server.add(quoted)
    server.add(f"{Marker('prod', 1)} and more\n")
    assert post(server, "ours") == "created"
    assert len(server.bodies()) == 3


def test_another_pull_request_has_its_own(server: Server) -> None:
    server.add(compose("prod", 1, "of another"), pull=70)
    assert post(server, "ours") == "created"
    assert server.bodies(70) == [compose("prod", 1, "of another")]


def test_a_comment_that_a_person_edited_is_written_over(server: Server) -> None:
    post(server, "first")
    server.comments[1]["body"] = server.comments[1]["body"].replace("\n", "\r\n") + "by hand"
    assert post(server, "first") == "updated"
    assert server.bodies() == [compose("prod", 1, "first")]


def test_line_ends_of_a_browser_are_no_change(server: Server) -> None:
    post(server, "first\n\nline")
    server.comments[1]["body"] = server.comments[1]["body"].replace("\n", "\r\n")
    assert post(server, "first\n\nline") == "unchanged"


def test_runs_that_post_at_once_leave_one_whole_comment(server: Server) -> None:
    reports = {run: f"report of run {run} " * 50 for run in (1, 2, 3, 4)}
    server.meet(len(reports))
    with ThreadPoolExecutor(len(reports)) as pool:
        running = [pool.submit(post, server, text, run=run) for run, text in reports.items()]
        outcomes = [one.result(timeout=30) for one in running]
    assert sum(method == "POST" and "comments" in path for method, path in server.requests) == len(reports)
    assert "created" in outcomes
    assert len(server.bodies()) == 1
    assert server.bodies()[0] in [compose("prod", run, text) for run, text in reports.items()]


def test_an_old_run_that_ends_late_leaves_the_newer_report(server: Server) -> None:
    post(server, "newer", run=20)
    assert post(server, "older", run=19) == "overtaken"
    assert server.bodies() == [compose("prod", 20, "newer")]


def test_several_comments_become_one_with_the_newest_report(server: Server) -> None:
    for run in (5, 9, 7):
        server.add(compose("prod", run, f"run {run}"))
    assert post(server, "run 8", run=8) == "overtaken"
    assert server.bodies() == [compose("prod", 9, "run 9")]
    assert list(server.comments) == [1]


def test_a_comment_that_goes_while_it_is_edited_is_made_anew(server: Server) -> None:
    first = server.add(compose("prod", 1, "first"))
    forge = server.forge()
    edit = forge.edit

    def delete_before(comment: int, body: str) -> bool:
        server.comments.pop(comment, None)
        return edit(comment, body)

    forge.edit = delete_before  # type: ignore[method-assign]
    assert publish(forge, pull=7, environment="prod", run=2, report="second") == "created"
    assert server.bodies() == [compose("prod", 2, "second")]
    assert first not in server.comments


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(server: Server, status: int) -> None:
    server.faults += [Fault("GET", status, times=3), Fault("PATCH", status, times=2)]
    assert post(server, "first") == "created"
    assert post(server, "second", run=2) == "updated"
    assert server.bodies() == [compose("prod", 2, "second")]


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_a_creation_whose_answer_is_lost_makes_no_second_comment(server: Server, status: int) -> None:
    post(server, "of another environment", environment="dev")
    wanted = [*server.bodies(), compose("prod", 1, "first")]
    server.faults.append(Fault("POST", status, done=True))
    assert post(server, "first") == "created"
    assert server.bodies() == wanted
    assert "DELETE" not in {method for method, _ in server.requests}, "none was made twice, even for a moment"


def test_what_does_not_pass_ends_with_the_reason_and_without_the_token(server: Server) -> None:
    server.faults.append(Fault("GET", 503, times=1000))
    with pytest.raises(ForgeError, match="503 not now") as failure:
        post(server, "first")
    assert TOKEN not in str(failure.value)


def test_a_token_that_may_not_write_is_told_what_it_lacks(server: Server) -> None:
    server.faults.append(Fault("PATCH", 403))
    post(server, "first")
    with pytest.raises(ForgeError, match="pull-requests: write"):
        post(server, "second", run=2)


def test_a_report_that_is_too_long_is_not_sent(server: Server) -> None:
    with pytest.raises(ValueError, match="characters"):
        post(server, "x" * 70_000)
    assert server.bodies() == []
