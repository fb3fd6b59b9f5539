"""Reads the parts of a node from YAML: every mistake is noted with its place, and reading goes on."""

from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from mhealth.domain.language import Languages
from mhealth.ussd.almanacs import in_figures
from mhealth.ussd.condition import Condition
from mhealth.ussd.conditions_file import plain, read_condition
from mhealth.ussd.deeds import DEEDS, Deed, DeedKind
from mhealth.ussd.faults import SYNTAX, Faults
from mhealth.ussd.fields import OPTION, UNKNOWN
from mhealth.ussd.flow_file import FlowFile, Path
from mhealth.ussd.keys import line, make_keys, read_keys
from mhealth.ussd.plan import HOME, RETURN, Assign, Keys, Option
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape
from mhealth.ussd.source import Sources
from mhealth.ussd.text import Texts
from mhealth.ussd.words import Words

Part = Mapping[str, Any]
NO_DEED = Deed(kind=DeedKind.LOOKUP)


class Reader:
    """One flow being read. `starts` is the start node of every flow; `unread` names those of bad files."""

    def __init__(
        self,
        flow: FlowFile,
        *,
        languages: Languages,
        phrases: Mapping[str, Texts],
        sources: Sources,
        starts: Mapping[str, str],
        unread: Container[str],
        longest: Mapping[str, int],
        faults: Faults,
        spoken: Mapping[str, str],
    ) -> None:
        self.flow = flow
        self.languages = languages
        self.sources = sources
        self._phrases = phrases
        self._starts = starts
        self._unread = unread
        self.misread = 0  # faults after which a part is not what its author meant
        self._known = longest
        self._faults = faults
        self.spoken = spoken
        self.lacking: set[str] = set()
        """UCS-2 languages in which a text of the flow is missing: it is not spoken in them."""
        self._words = Words(flow, languages, longest, faults, spoken, self.lacking)
        keys = read_keys(flow, faults)
        self.keys: Keys = make_keys(keys, phrases, spoken, zero=False)
        self.zero_keys: Keys = make_keys(keys, phrases, spoken, zero=True)

    def fault(
        self,
        problem: str,
        part: Any = None,
        key: Any = None,
        *,
        hint: str = "",
        rule: str = SYNTAX,
    ) -> None:
        """Note a mistake at a key of a part; `rule` is one of the catalogue of the proofs."""
        self.misread += rule in _MISREAD
        self._faults.add(self.flow.file, problem, part, key, hint=hint, rule=rule)

    def qualified(self, node: str) -> str:
        """`flow.node`."""
        return f"{self.flow.name}.{node}"

    def place_of(self, node: str) -> str:
        """Where a node is written."""
        return self.flow.file.place(self.flow.nodes, node)

    @property
    def joining_words(self) -> tuple[str, ...]:
        """Words for "and" in all languages."""
        spoken = (language.words.get("and", ()) for language in self.languages.by_code.values())
        return tuple(sorted({word.casefold() for words in spoken for word in words}))

    def hint(self, phrase: str, **values: float) -> Mapping[str, str]:
        """A hint's line, by language, with its line break after it; numbers as the language writes them."""
        texts = self._phrases[phrase]
        return {
            code: texts[own].fill({k: in_figures(v, own) for k, v in values.items()}) + "\n"
            for code, own in self.spoken.items()
        }

    def line(self, key: str, phrase: str) -> Mapping[str, str]:
        """A phrase as the line of a key, by language."""
        texts = self._phrases[phrase]
        return {code: line(key, texts, own) for code, own in self.spoken.items()}

    def fits(self, part: Any, shape: Shape, what: str, parent: Any = None, at: Any = None) -> bool:
        """True when a part is a mapping with the keys it should have; else the fault is noted."""
        where = (part, None) if parent is None else (parent, at)
        if not isinstance(part, Mapping):
            self.fault(f"{what} must be a mapping", *where)
            return False
        known = shape.fields
        unknown = [key for key in part if key not in known]
        for key in unknown:
            self.fault(f"unknown key `{key}` in {what}", part, key, hint=suggest(str(key), known))
        missing = [key for key in shape.required if key not in part]
        meant = {near for key in unknown for near in get_close_matches(str(key), missing, n=1)}
        for key in missing:
            if key not in meant and known[key].is_told_here:
                self.fault(f"{what} has no `{key}`", *where,
                           hint=_WHY.get(key, f"add it. {known[key].about}"),
                           rule="dead-end" if key in _WHY else SYNTAX)  # fmt: skip
        for key in known.keys() & part.keys():
            if not known[key].holds(part[key]):
                problem, hint = known[key].refused(part[key])
                self.fault(f"`{key}` {problem}", part, key, hint=hint, rule=known[key].rule)
        return not unknown and not missing

    def parts(self, part: Part, key: str) -> Iterator[Part]:
        """The entries of a list; an empty list is a fault."""
        entries = part[key]
        if not isinstance(entries, list) or not entries:
            self.fault(f"`{key}` must be a list", part, key, hint="begin each entry with `- `")
            return
        yield from entries

    def texts(self, part: Part, key: str, path: Path) -> Texts:
        """A text in every language."""
        return self._words.read(part, key, path)

    def plain_texts(self, part: Part, key: str, path: Path) -> Mapping[str, str]:
        """A text that shows no variable, in every language."""
        texts = self.texts(part, key, path)
        if any(template.names for template in texts.values()):
            self.fault(f"`{key}` can show no variable", part, key, hint="write it without braces")
        return {code: template.fill({}) for code, template in texts.items()}

    def sensitivity(self, part: Part, usual: Sensitivity) -> Sensitivity:
        """As `sensitive` says, else as is usual for such an answer."""
        said = {True: Sensitivity.SENSITIVE, False: Sensitivity.PUBLIC}
        return said.get(part["sensitive"], usual) if "sensitive" in part else usual

    def target(self, part: Part, key: str) -> str:
        """The node that a key leads to."""
        target = str(part[key])
        if target in (HOME, RETURN):
            return target
        if target not in self.flow.nodes:
            self.fault(f"there is no node `{target}`", part, key,
                       hint=suggest(target, (*self.flow.nodes, HOME, RETURN)),
                       rule="missing-target")  # fmt: skip
        return self.qualified(target)

    def start_of(self, part: Part, key: str) -> str:
        """The start of another flow."""
        flow = str(part[key])
        if flow not in self._starts and flow not in self._unread:
            self.fault(f"there is no flow `{flow}`", part, key, hint=suggest(flow, self._starts),
                       rule="missing-target")  # fmt: skip
        return self._starts.get(flow, flow)

    def whole(self, part: Part, key: str) -> int:
        """A whole number; 0 for what is none, which `fits` has noted."""
        value = part[key]
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else 0

    def known(self, part: Part, key: str) -> str:
        """The name of a variable that something sets."""
        return self._known_name(str(part[key]), part, key)

    def _known_name(self, name: str, part: Part, key: str) -> str:
        if name not in self._known:
            self.fault(f"unknown variable `{name}`", part, key, hint=suggest(name, self._known),
                       rule="unknown-variable")  # fmt: skip
        return name

    def condition(self, part: Part, key: str) -> Condition | None:
        """The condition at a key, when there is one."""
        return read_condition(part, key, self._known_name, self.fault) if key in part else None

    def deed(
        self, part: Part, key: str, *, with_options: bool = False, with_pin: bool = False
    ) -> Deed:
        """A declared deed; one that gives a list belongs into `choose`, one that takes a PIN into `pin`."""
        name = str(part[key])
        deed = DEEDS.get(name)
        if deed is None:
            self.fault(f"unknown deed `{name}`", part, key, hint=suggest(name, DEEDS),
                       rule="wrong-deed")  # fmt: skip
            return NO_DEED
        if bool(deed.options) is not with_options:
            problem = "gives no list" if with_options else "gives a list"
            self.fault(f"`{name}` {problem}", part, key, hint="lists belong into `choose`",
                       rule="wrong-deed")  # fmt: skip
        elif deed.takes_pin is not with_pin:
            problem = "takes no PIN" if with_pin else "takes a PIN"
            self.fault(f"`{name}` {problem}", part, key, hint="such deeds belong into `pin`",
                       rule="wrong-deed")  # fmt: skip
        return deed

    def args(self, part: Part, name: str, deed: Deed) -> tuple[Assign, ...]:
        """The arguments of a deed: each that it wants, and no other."""
        args = part.get("args", {})
        if not isinstance(args, Mapping):
            self.fault("`args` must be a mapping", part, "args")
            return ()
        if deed is NO_DEED:
            return ()
        for arg in args:
            if arg not in deed.args:
                self.fault(f"`{name}` takes no `{arg}`", args, arg,
                           hint=suggest(str(arg), deed.args), rule="wrong-arguments")  # fmt: skip
        for arg in deed.args:
            if arg not in args:
                self.fault(f"`{name}` needs `{arg}`", part, "args" if "args" in part else None,
                           hint="add it under `args:`", rule="wrong-arguments")  # fmt: skip
        return tuple(self._assign(args, arg) for arg in args)

    def sets(self, part: Part) -> tuple[Assign, ...]:
        """What `set` sets."""
        sets = part.get("set", {})
        if not isinstance(sets, Mapping):
            self.fault("`set` must be a mapping", part, "set")
            return ()
        return tuple(self._assign(sets, name) for name in sets)

    def _assign(self, part: Part, key: str) -> Assign:
        """`{name}` alone is a variable's value, anything else a literal."""
        value = part[key]
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            return Assign(str(key), source=self._known_name(value[1:-1].strip(), part, key))
        if value is not None and not isinstance(value, str | int | float):
            self.fault(f"`{key}` must be a word, a number, true, false or {{variable}}", part, key,
                       hint='a variable needs quotes: "{name}"')  # fmt: skip
            return Assign(str(key))
        return Assign(str(key), plain(value))

    def options(self, part: Part, node: str, *, taken: Iterable[str]) -> dict[str, Option]:
        """Options by name, in order; no key twice, none of the flow's own."""
        written = part.get("options", {})
        if not isinstance(written, Mapping):
            self.fault("`options` must be a mapping", part, "options")
            return {}
        keys = dict.fromkeys(taken, "a key of the flow")
        options = {}
        for name, entry in written.items():
            if not self.fits(entry, OPTION, f"option `{name}`", written, name):
                continue
            option = self._option(entry, str(name), (node, "options", str(name)), entry, "next")
            if option is None:
                continue
            if option.key in keys:
                self.fault(f"key {option.key} is taken by {keys[option.key]}", entry, "key",
                           hint="give each option a key of its own", rule="key-clash")  # fmt: skip
            keys[option.key] = f"option `{name}`"
            options[str(name)] = option
        return options

    def option(self, part: Part, key: str, path: Path) -> Option | None:
        """A single option beside a question; without `next` it leads where the question leads."""
        entry = part[key]
        if not self.fits(entry, UNKNOWN, f"`{key}`", part, key):
            return None
        leads = entry if "next" in entry else part
        if "next" not in leads:
            self.fault(f"`{key}` has no `next`", part, key, rule="dead-end",
                       hint="say where it leads: `answers` lead only what they fit")  # fmt: skip
            self.texts(entry, "text", path)  # or its translations were strays, too
            return None
        return self._option(entry, key, path, leads, "next")

    def _option(
        self, entry: Part, name: str, path: Path, leads: Part, target: str
    ) -> Option | None:
        key = str(entry["key"])
        if not (key.isascii() and key.isdecimal() and len(key) <= 2):
            self.fault(
                f"`{key}` cannot be a key", entry, "key", hint="one or two digits", rule="no-key"
            )
            return None
        return Option(
            name=name,
            key=key,
            text=self.texts(entry, "text", path),
            target=self.target(leads, target),
            sets=self.sets(entry),
            when=self.condition(entry, "when"),
        )


_MISREAD = frozenset({SYNTAX, "no-key"})
_WHY: Mapping[str, str] = {
    "next": "without it the dialogue stops there: name a node, `home` or `return`",
    "otherwise": "say where to go when no case holds",
    "empty": "say where to go when the list is empty",
}


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known word, else all of them."""
    names = [str(name) for name in known]
    near = get_close_matches(word, names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(names))}"
