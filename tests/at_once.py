"""Several deeds at the same moment."""

import threading
from collections.abc import Callable


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each gave, in the order in which they were done; one that failed fails here."""
    barrier, results = threading.Barrier(len(deeds)), list[object]()

    def run(deed: Callable[[], object]) -> None:
        barrier.wait()
        results.append(deed())

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(deeds)
    return results
