"""How long the tests search that draw what they do: `MHEALTH_TEST_DEPTH=20 bin/test tests/ussd`."""

import os

from hypothesis import HealthCheck, settings

DEPTH = int(os.environ.get("MHEALTH_TEST_DEPTH", "1"))
"""Times as many examples."""


def searching(examples: int, steps: int = 30) -> settings:
    """So many walks of so many steps; a failure prints its steps and a line that repeats it."""
    return settings(
        max_examples=examples * DEPTH,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
