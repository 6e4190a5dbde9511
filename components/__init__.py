"""Pulumi components: one owned thing a file, built from plain configuration and earlier layers' handles."""

from components import aws_modules, stack_traces

aws_modules.install()
stack_traces.omit()
