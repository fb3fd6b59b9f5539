"""A flow of the library as a picture, in SVG or Mermaid."""

from enum import StrEnum

from mhealth.content.library import Library
from mhealth.content.yaml_file import read_yaml
from mhealth.exchange.drawing.cards import picture_of
from mhealth.exchange.drawing.mermaid import write_mermaid
from mhealth.exchange.drawing.svg import write_svg
from mhealth.exchange.drawing.tongues import words_for
from mhealth.ussd.book import Book
from mhealth.ussd.flow_file import FOLDER


class DrawingFormat(StrEnum):
    """How a picture is written down."""

    SVG = "svg"
    MERMAID = "mermaid"


def draw_flow(
    library: Library,
    book: Book,
    flow: str,
    language: str,
    drawing_format: DrawingFormat,
    *,
    with_called: bool,
) -> str:
    """The text of the file. Raises KeyError for a flow or a language that there is not."""
    titles = {
        name: str(read_yaml(library.find(f"{FOLDER}/{name}.yaml")).data.get("about", ""))
        for name in book.current
    }
    picture = picture_of(book, flow, language, titles, with_called=with_called)
    words = words_for(book.languages.chain(language))
    write = write_svg if drawing_format is DrawingFormat.SVG else write_mermaid
    return write(picture, words)
