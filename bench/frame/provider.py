"""The local Twilio in a process of its own: what it costs to answer is not charged to whoever texts.

python -m bench.frame.provider 0.05
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.make.twilio_server import Mood, TwilioServer

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def provider(*, away: float) -> Iterator[dict[str, str]]:
    """A provider that answers after so many seconds, while the block runs; gives the settings to text through it."""
    command = [sys.executable, "-m", "bench.frame.provider", str(away)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101  (it is a pipe)
        yield json.loads(process.stdout.readline())
        # Leaving the block closes its input, which ends it.


def main(away: float) -> None:
    """Answer until the input ends."""
    with TwilioServer(mood=Mood.SLOW if away else Mood.WELL, slowness=away) as twilio:
        print(json.dumps(twilio.settings), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]))
