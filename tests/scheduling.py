"""Which tests of a parallel run stay together: those of one file that share a costly fixture.

Groups by mark (`--dist loadgroup`) are written into an attribute that pytest 9.2 no longer reads, so
they would be torn apart; here a file says by its folder that it is one piece of work.
"""

from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = ("tests/server/",)


class Scheduling(LoadScopeScheduling):
    """Each test goes to whichever worker is free, a file of `TOGETHER` as a whole to one of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return file if file.startswith(TOGETHER) else nodeid
