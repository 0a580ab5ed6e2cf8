"""How a test waits for something that another process or thread does."""

import time
from collections.abc import Callable

# As long as a busy machine may take for what an idle one does in a moment; only a failure waits to the end.
PATIENCE_SECONDS = 240


def wait_until(happened: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Come back as soon as it happened; raises AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
