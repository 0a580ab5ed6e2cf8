"""How often and how long: repeated acts, and many clients at once."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def median_ms(act: Callable[[], object], *, times: int, warm: int = 3) -> float:
    """The median duration of an act in milliseconds, after it has been done a few times unmeasured."""
    for _ in range(warm):
        act()
    return statistics.median(duration_ms(act) for _ in range(times))


def duration_ms(act: Callable[[], object]) -> float:
    """How long an act takes, in milliseconds."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


@dataclass(frozen=True)
class Crowd:
    """What several clients achieved together."""

    done: int
    seconds: float
    errors: tuple[str, ...]

    @property
    def per_second(self) -> float:
        """Acts that succeeded per second."""
        return self.done / self.seconds


def together(acts: Sequence[Callable[[], object]], *, seconds: float) -> Crowd:
    """Each client repeats its act until the time is over; an act that raises is counted as an error and goes on.

    Clients are threads: they wait for the server nearly all the time.
    """
    done, errors = [0] * len(acts), []
    start = threading.Barrier(len(acts) + 1)
    deadline = [0.0]

    def repeat(number: int, act: Callable[[], object]) -> None:
        start.wait()
        while time.perf_counter() < deadline[0]:
            try:
                act()
            except Exception as error:  # noqa: BLE001  (whatever goes wrong is part of the measurement)
                errors.append(repr(error))
            else:
                done[number] += 1

    threads = [threading.Thread(target=repeat, args=entry, daemon=True) for entry in enumerate(acts)]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    deadline[0] = begun + seconds
    start.wait()
    for thread in threads:
        thread.join()
    return Crowd(sum(done), time.perf_counter() - begun, tuple(errors))


def each_once(acts: Sequence[Callable[[], object]], *, clients: int) -> Crowd:
    """All acts once, by so many clients, each taking the next that nobody has taken."""
    left, lock, done, errors = list(reversed(acts)), threading.Lock(), [0], []

    def work() -> None:
        while True:
            with lock:
                if not left:
                    return
                act = left.pop()
            try:
                act()
            except Exception as error:  # noqa: BLE001  (whatever goes wrong is part of the measurement)
                errors.append(repr(error))
            else:
                with lock:
                    done[0] += 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Crowd(done[0], time.perf_counter() - begun, tuple(errors))
