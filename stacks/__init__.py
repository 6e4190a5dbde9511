"""The stack programs, one per kind, and the stack files beside them."""

import components  # noqa: F401  # before any program imports pulumi_aws: see components.aws_modules
