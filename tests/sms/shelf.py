"""A small content library in a temporary folder, to break file by file."""

from pathlib import Path

from mhealth.content.library import Library

INDEX = """\
values:
  code: {max: 8}
  village: {max: 24}
  msisdn: {max: 16, consent_only: true}
templates:
  hello: {lane: reply, repeat_safe: false, values: [code]}
  least: {lane: emergency, repeat_safe: true, least_data: true, values: [village]}
never_say:
  fr: [fièvre]
"""


class Shelf:
    """`write("fr/hello", text)` replaces one SMS; `index(text)` the list of all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sms_templates"
        self.library = Library((folder,))
        self.index(INDEX)
        for language in ("fr", "en"):
            self.write(f"{language}/hello", "# review: draft\nBonjour {code}\n")
            self.write(f"{language}/least", "# review: draft\nDe {village}\n")

    def write(self, name: str, text: str | bytes) -> None:
        file = self._folder / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def remove(self, name: str) -> None:
        (self._folder / f"{name}.txt").unlink()

    def index(self, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "templates.yaml").write_text(text, encoding="utf-8")

    @staticmethod
    def path(name: str) -> str:
        return f"sms_templates/{name}.txt"
