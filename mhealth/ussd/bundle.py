"""All that makes the flows of one moment, as bytes: from it another process makes the very same plans."""

import zlib
from collections.abc import Collection

import msgspec

from mhealth.content.library import KeptLibrary
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language, Languages
from mhealth.ussd.book import Book
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.plan import Plan
from mhealth.ussd.source import SourceOption, Sources

MOST_BYTES = 32 * 1024 * 1024
"""Unpacked; a country's flows in six languages take a hundredth of it."""


class CannotGoOn(Exception):
    """No plan of that version can be made of a bundle; `str()` says why, for the log."""


class _Bundle(msgspec.Struct, frozen=True):
    """The files as read, the languages spoken, and the signs that the protocols offered."""

    texts: dict[str, str]
    languages: list[Language]
    silent: list[str]
    signs: dict[str, list[list[SourceOption]]]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Bundle)


def pack_book(book: Book) -> bytes:
    """The bundle of a book, compressed."""
    groups = book.sources.groups
    bundle = _Bundle(
        texts=dict(book.texts),
        languages=list(book.languages.by_code.values()),
        silent=sorted(book.languages.silent),
        signs={name: [list(group) for group in groups[name]] for name in groups},
    )
    return zlib.compress(_ENCODER.encode(bundle))


def plan_in(packed: bytes, version: str, protocols: Collection[str]) -> Plan:
    """The plan of that version. Raises CannotGoOn.

    Everything is proved anew, as at a start: this engine may know more faults, fewer deeds or another
    `FORMAT` than the one that stored it. `protocols` are those that can be weighed now.
    """
    bundle = _unpack(packed)
    gone = sorted(bundle.signs.keys() - set(protocols))
    if gone:
        raise CannotGoOn(f"protocol {gone[0]} is gone")
    languages = Languages(
        {language.code: language for language in bundle.languages}, frozenset(bundle.silent)
    )
    try:
        compiled = compile_flows(
            KeptLibrary((), bundle.texts), languages, Sources(bundle.signs, languages)
        )
    except ContentError as error:
        raise CannotGoOn(str(error)) from error
    for fault in compiled.faults.errors:
        raise CannotGoOn(str(fault.as_error()))
    for plan in compiled.plans.values():
        if plan.version == version:
            return plan
    raise CannotGoOn("this engine makes another version of it")


def _unpack(packed: bytes) -> _Bundle:
    try:
        opened = zlib.decompressobj()
        data = opened.decompress(packed, MOST_BYTES)
        if opened.unconsumed_tail or not opened.eof:
            raise CannotGoOn("the bundle is cut or too large")
        return _DECODER.decode(data)
    except (zlib.error, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise CannotGoOn(f"the bundle cannot be read: {type(error).__name__}") from error
