"""The one exception of the command line: a paragraph that says what, where and how to mend it."""

from __future__ import annotations


class Failure(Exception):
    """Something did not work. Its text is all that the user sees."""

    exit_code = 1


class Refused(Failure):
    """What was asked for makes no sense or the configuration is at fault; nothing was touched."""

    exit_code = 2
