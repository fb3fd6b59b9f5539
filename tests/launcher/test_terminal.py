"""What stands in the terminal: prefixes, colour only for a person, a banner to read."""

from io import StringIO, TextIOWrapper
from pathlib import Path

from mhealth.launcher.banner import Banner
from mhealth.launcher.output import Output


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_names_are_coloured_on_a_terminal_and_plain_elsewhere() -> None:
    terminal, file = Terminal(), StringIO()

    Output(terminal, {}).line("web", "up")
    Output(file, {}).line("web", "up")

    assert terminal.getvalue() == "\x1b[36mweb       |\x1b[0m up\n"
    assert file.getvalue() == "web       | up\n"


def test_a_person_may_switch_colours_off() -> None:
    terminal = Terminal()

    Output(terminal, {"NO_COLOR": "1"}).line("web", "up")

    assert "\x1b" not in terminal.getvalue()


def test_letters_that_the_terminal_does_not_know_do_not_stop_us(tmp_path: Path) -> None:
    with open(tmp_path / "out", "wb") as raw, TextIOWrapper(raw, encoding="ascii") as narrow:
        Output(narrow, {}).line("web", "é")

    assert (tmp_path / "out").read_text() == "web       | ?\n"


def test_without_a_reader_it_goes_on_in_silence() -> None:
    class Gone(StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    output = Output(Gone(), {})
    output.line("web", "nobody hears")
    output.line("web", "still nobody")


def test_the_banner_names_the_way_to_a_new_password_after_the_first_start() -> None:
    banner = Banner(
        web_url="http://127.0.0.1:8000",
        simulator_url=None,
        sign_in=(),
        webhook_tokens="africastalking:new,africastalking:old",
        var="/srv/var",
        mode="pilot",
    )

    assert "'mhealth desk-password'" in str(banner)
    assert "Phones" not in str(banner)
    assert "/hooks/africastalking/new/ussd\n" in str(banner)
    assert "old" not in str(banner)
