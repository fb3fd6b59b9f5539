"""Invents flows: every kind of node, conditions, calls, keys of its own, texts in two alphabets.

Most have mistakes. What one of them does is to be what the check says of it.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from mhealth.ussd.deeds import DEEDS

Part = dict[str, Any]
WORDS = {
    "fr": [
        "le",
        "enfant",
        "fièvre",
        "où",
        "êtes-vous",
        "aujourd'hui",
        "œuf",
        "12€",
        "[oui]",
        "côté",
        "centre",
    ],
    "ar": ["مرحبا", "الطفل", "مريض", "أين", "أنت", "اليوم", "في", "المركز", "نعم", "حمى"],
}
PATTERNS = ["[0-9]{2,4}", "[a-z]+", "(oui|non)", r"[A-Z]{2}\d*", "é+", ".*x", "a{3,90}"]
KEYS: list[Part] = [{}, {}, {}, {"home": ""}, {"repeat": "7"}, {"more": "88"}, {"next": "5"},
                    {"back": "77", "home": "99"}, {"zero_back": "000"}]  # fmt: skip
VARIABLES = ("v0", "v1", "v2")
OWN = {"protocol": 10, "done": 5, "stopped": 5, "picked": 5, "v0": 12, "v1": 20, "v2": 3}
"""Variables, and the longest that each is declared to get."""


class Inventor:
    """One book: `files` are its flows and their Arabic."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # the same flow again is the point
        self.is_arabic = self.random.random() < 0.6
        self.files: dict[str, Part] = {}
        calls = self.random.random() < 0.5
        for name in ["other", "main"] if calls else ["main"]:
            self._flow(name)

    def _maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _say(self, language: str, words: int, shown: list[str]) -> str:
        said = [self.random.choice(WORDS[language]) for _ in range(words)]
        return " ".join([*said, *(f"{{{name}}}" for name in shown)])

    def _text(self, into: Part, arabic: Part, words: int, key: str = "text") -> None:
        names = [*VARIABLES, "village_name", "today"]
        shown = [self.random.choice(names)] if key == "text" and self._maybe(0.2) else []
        into[key] = self._say("fr", words, shown)
        if self._maybe(0.98):
            arabic[key] = self._say("ar", max(1, words // 2), shown)

    def _condition(self, depth: int = 0) -> Part:
        pick = self.random.choice
        if depth < 2 and self._maybe(0.3):
            word = pick(["all", "any", "not"])
            inner = [self._condition(depth + 1) for _ in range(2)]
            return {word: inner[0] if word == "not" else inner}
        op = pick(["eq", "ne", "lt", "ge", "in", "is_set"])
        value = {"in": ["a", 1], "is_set": self._maybe(0.5)}.get(op, pick([1, 3.5]))
        if op in ("eq", "ne"):
            value = pick(["a", 1, True])
        return {"var": pick([*VARIABLES, "is_worker", "consent"]), op: value}

    def _set(self) -> Part:
        pick = self.random.choice
        return {pick(VARIABLES): pick(["a", 1, True, "", None, "{v1}", "mot mot mot"])}

    def _target(self) -> str:
        ahead = self.names[self.at + 1 :]
        near = ahead[0] if ahead else "z"
        return self.random.choice([near] * 7 + [*ahead, "z", "home", "return", *self.names])

    def _options(self, arabic: Part, count: int, own: Callable[[], Part]) -> Part:
        options: Part = {}
        lines = arabic.setdefault("options", {})
        for number in range(1, count + 1):
            said: Part = {}
            option = own()
            self._text(option, said, self.random.choice([1, 1, 2, 4]))
            if number > 1 and self._maybe(0.25):
                option["when"] = self._condition()
            options[f"o{number}"] = option
            lines[f"o{number}"] = said.get("text", "نعم")
        return options

    def _keyed(self, keys: list[str]) -> Callable[[], Part]:
        left = iter(keys)
        return lambda: {"key": next(left), "next": self._target(), **self._sets(0.3)}

    def _sets(self, chance: float) -> Part:
        return {"set": self._set()} if self._maybe(chance) else {}

    def _flow(self, name: str) -> None:
        pick = self.random.choice
        self.names = [f"n{number}" for number in range(self.random.randint(3, 7))]
        kinds = [k for k in KINDS if k != "call" or "other.yaml" in self.files]
        nodes: Part = {}
        arabic: Part = {}
        for at, node in enumerate(self.names):
            self.at = at
            kind = pick(kinds)
            said: Part = {}
            nodes[node] = {"kind": kind, **KINDS[kind](self, said)}
            arabic[node] = said
        nodes["z"], arabic["z"] = {"kind": "end"}, {}
        self._text(nodes["z"], arabic["z"], pick([2, 60]))
        for gone in _unnamed(nodes):
            del nodes[gone], arabic[gone]
        declared = {variable: {"longest": most} for variable, most in OWN.items()}
        header = {"review": "draft", "start": "n0", "variables": declared}
        resume = {"resume": {"minutes": 5}} if self._maybe(0.3) else {}
        self.files[f"{name}.yaml"] = {**header, "keys": pick(KEYS), **resume, "nodes": nodes}
        if self.is_arabic:
            whole = {node: texts for node, texts in arabic.items() if texts}
            self.files[f"lang/ar/{name}.yaml"] = {"review": "draft", "nodes": whole}

    def menu(self, arabic: Part) -> Part:
        node: Part = {}
        self._text(node, arabic, 2)
        count = self.random.choice([1, 2, 3, 11])
        keys = [str(key) for key in range(1, 13) if key != 9]
        return node | {"options": self._options(arabic, count, self._keyed(keys))}

    def choose(self, arabic: Part) -> Part:
        source = self.random.choice(
            ["list_health_areas", "my_villages", "my_referrals", "languages"]
        )
        node: Part = {"from": source, "into": self.random.choice(VARIABLES), "label_into": "v1",
                      "next": self._target(), "empty": self._target()}  # fmt: skip
        self._text(node, arabic, 1)
        if self._maybe(0.5):
            node["options"] = self._options(
                arabic, 1, self._keyed([self.random.choice(["8", "11"])])
            )
        return node

    def signs(self, arabic: Part) -> Part:
        node: Part = {
            "source": "protocol",
            "into": "done",
            "stopped": "stopped",
            "next": self._target(),
        }
        self._text(node, arabic, 1)
        return node

    def several(self, arabic: Part) -> Part:
        node: Part = {"into": "picked", "stopped": "stopped", "next": self._target()}
        self._text(node, arabic, 1)
        self._hint(node, arabic)
        stops: Callable[[], Part] = lambda: {"stops": True} if self._maybe(0.2) else {}  # noqa: E731
        return node | {"options": self._options(arabic, self.random.randint(1, 12), stops)}

    def _hint(self, node: Part, arabic: Part) -> None:
        if self._maybe(0.3):
            self._text(node, arabic, self.random.choice([1, 6]), "hint")

    def _question(self, **more: Any) -> Callable[[Part], Part]:
        def ask(arabic: Part) -> Part:
            node: Part = {"into": self.random.choice(VARIABLES), "next": self._target(), **more}
            self._text(node, arabic, self.random.choice([2, 6]))
            self._hint(node, arabic)
            if self._maybe(0.3):
                unknown: Part = {"key": self.random.choice([99, 8]), **self._sets(0.4)}
                said: Part = {}
                self._text(unknown, said, 2)
                node["unknown"] = unknown
                arabic["unknown"] = said.get("text", "لا")
            return node

        return ask

    def number(self, arabic: Part) -> Part:
        least = self.random.choice([0, 1, 10])
        more = self.random.choice([{}, {"decimals": 1}, {"times": 30}])
        return self._question(min=least, max=least + 90, **more)(arabic)

    def date(self, arabic: Part) -> Part:
        return self._question(earliest=-400, latest=0, label_into="v1")(arabic)

    def phone(self, arabic: Part) -> Part:
        return self._question()(arabic)

    def code(self, arabic: Part) -> Part:
        check = self.random.choice([{}, {"check": "damm"}, {"check": "mod97"}, {"length": 6}])
        return self._question(**check)(arabic)

    def text(self, arabic: Part) -> Part:
        node = self._question()(arabic)
        node |= self.random.choice(
            [{}, {"max": 140}, {"min": 3}, {"pattern": self.random.choice(PATTERNS)}]
        )
        if self._maybe(0.5):
            pattern = self.random.choice(PATTERNS)
            answers: Part = {
                "a": {"is": ["oui", "1"], "next": node.pop("next"), **self._sets(0.3)},
                "b": {"pattern": pattern, "next": self._target()},
            }
            node |= {"answers": answers, "otherwise": self._target()}
        return node

    def pin(self, arabic: Part) -> Part:
        node: Part = {"deed": "check_pin", "next": self._target()}
        self._text(node, arabic, 2)
        return node

    def message(self, arabic: Part) -> Part:
        node: Part = {"next": self._target()}
        self._text(node, arabic, self.random.choice([3, 60]))
        return node

    def branch(self, arabic: Part) -> Part:
        cases = [
            {"when": self._condition(), "next": self._target(), **self._sets(0.3)} for _ in range(2)
        ]
        return {"cases": cases, "otherwise": {"next": self._target(), **self._sets(0.5)}}

    def deed(self, arabic: Part) -> Part:
        name = self.random.choice(
            ["show_referral", "choose_protocol", "save_consent", "finish_report"]
        )
        args = {arg: self.random.choice(["{v0}", "a", 5, True]) for arg in DEEDS[name].args}
        return {
            "deed": name,
            **({"args": args} if args else {}),
            "next": self._target(),
            **self._sets(0.3),
        }

    def call(self, arabic: Part) -> Part:
        return {"flow": "other", "next": self._target()}


KINDS: Mapping[str, Callable[[Inventor, Part], Part]] = {
    kind.__name__: kind
    for kind in (Inventor.menu, Inventor.choose, Inventor.signs, Inventor.several, Inventor.number,
                 Inventor.date, Inventor.phone, Inventor.code, Inventor.text, Inventor.pin,
                 Inventor.message, Inventor.branch, Inventor.deed, Inventor.call)
}  # fmt: skip


def _unnamed(nodes: Part) -> list[str]:
    """The nodes that nothing leads to from the first one."""
    named, waiting = {"n0", "z"}, ["n0"]
    while waiting:
        for target in _targets(nodes[waiting.pop()]):
            if target in nodes and target not in named:
                named.add(target)
                waiting.append(target)
    return [name for name in nodes if name not in named]


def _targets(part: Any) -> list[str]:
    if isinstance(part, list):
        return [target for each in part for target in _targets(each)]
    if not isinstance(part, dict):
        return []
    own = [v for k, v in part.items() if k in ("next", "empty", "otherwise") and isinstance(v, str)]
    return [*own, *(target for value in part.values() for target in _targets(value))]
