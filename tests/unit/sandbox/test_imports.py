"""What the command line of a region imports: it runs before every `up`, and moto takes seconds to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRINT_HEAVY = (
    "import sys; print(sorted({name.partition('.')[0] for name in sys.modules} & {'moto', 'boto3', 'botocore'}))"
)


@pytest.mark.parametrize("module", ["sandbox.__main__", "sandbox.network", "sandbox.sweep"])
def test_who_starts_or_sweeps_a_region_does_not_wait_for_moto(module: str) -> None:
    program = f"import {module}; {PRINT_HEAVY}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
