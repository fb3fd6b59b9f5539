"""The one tree of our exceptions; a mistake of a person on a phone is a value, never one of these."""


class MhealthError(Exception):
    """Root of every error that we raise on purpose."""


class SettingsError(MhealthError):
    """A setting is missing or wrong; the message names the variable and the mend."""


class CannotStart(MhealthError):
    """The product cannot start on this machine; the message says why and what to do."""


class ContentError(MhealthError):
    """A flow, protocol or template is broken; `place` is `file:line:column`."""

    def __init__(self, place: str, problem: str, hint: str = "") -> None:
        self.place = place
        self.problem = problem
        self.hint = hint
        super().__init__(f"{place}: {problem}" + (f" ({hint})" if hint else ""))


class UnreadableRequest(MhealthError):
    """A carrier's call lacks a field or carries a value that cannot be read: answered with 400."""


class NotOurEvent(UnreadableRequest):
    """A whole call that is none of our events, as an SMS from a name: kept, to be sent no more."""


class DatabaseAway(MhealthError):
    """The database is locked, full or out of reach: nothing was saved."""


class SealError(MhealthError):
    """A sealed value does not open: wrong key, or moved from another row."""


class BackupError(MhealthError):
    """A backup cannot be made, does not prove, or must not be restored here; says why and the mend."""
