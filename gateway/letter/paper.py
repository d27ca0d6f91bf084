"""One tagged page of A4 (PDF 1.7, ISO 32000-1 section 14.8): headings and paragraphs that a screen reader reads.

The text is set in fonts that every reader of PDF has; lines are broken by whoever writes the words. The document says
what it is and in which language, and nothing of who made it or when.
"""

import io
from collections.abc import Sequence

import pydyf  # type: ignore[import-untyped]  # it ships no types

WIDTH, HEIGHT = 595, 842  # points: A4
LEFT = 71
FONTS = {"plain": "Helvetica", "bold": "Helvetica-Bold", "fixed": "Courier"}
LEADING = 1.35


class Paper:
    """A page that is filled from the top."""

    def __init__(self, *, title: str, language: str, top: float) -> None:
        """Begin `top` points under the upper edge."""
        self._title, self._language = title, language
        self._y = HEIGHT - top
        self._stream = pydyf.Stream()
        self._pdf = pydyf.PDF()
        self._elements: list[pydyf.Dictionary] = []
        self._root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self._page = pydyf.Dictionary({"Type": "/Page"})
        self._pdf.add_object(self._root)

    def write(
        self,
        lines: Sequence[str],
        *,
        tag: str = "P",
        font: str = "plain",
        size: float = 10.5,
        after: float = 6,
        language: str | None = None,
    ) -> None:
        """Write lines as one element, `tag` of the standard (H1, H2, P, LI …), with space `after` them."""
        self._begin(tag, {} if language is None else {"Lang": pydyf.String(language)})
        stream = self._stream
        stream.begin_text()
        stream.set_font_size(font, size)
        for line in lines:
            self._y -= size * LEADING
            stream.set_text_matrix(1, 0, 0, 1, LEFT, round(self._y, 2))
            stream.stream.append(_literal(line) + b" Tj")
        stream.end_text()
        stream.end_marked_content()
        self._y -= after

    def draw(self, modules: Sequence[Sequence[int]], *, side: float, described: str, after: float = 8) -> None:
        """Draw a square of modules, `side` points wide, with words for who cannot see it."""
        self._begin("Figure", {"Alt": pydyf.String(described)})
        step = side / len(modules)
        self._y -= side
        for row, cells in enumerate(modules):
            for column, dark in enumerate(cells):
                if dark:
                    x, y = LEFT + column * step, self._y + side - (row + 1) * step
                    self._stream.rectangle(round(x, 3), round(y, 3), round(step, 3), round(step, 3))
        self._stream.fill()
        self._stream.end_marked_content()
        self._y -= after

    @property
    def room(self) -> float:
        """Return how many points are left above a margin of 42."""
        return self._y - 42

    def to_pdf(self) -> bytes:
        """Return the document."""
        pdf, page = self._pdf, self._page
        pdf.add_object(self._stream)
        fonts = pydyf.Dictionary()
        for name, base in FONTS.items():
            font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{base}", "Encoding": "/WinAnsiEncoding"}
            fonts[name] = pydyf.Dictionary(font)
        page.update(
            {
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
                "Resources": pydyf.Dictionary({"Font": fonts}),
                "Contents": self._stream.reference,
                "StructParents": 0,
                "Tabs": "/S",
            }
        )
        pdf.add_page(page)
        document = pydyf.Dictionary({"Type": "/StructElem", "S": "/Document", "P": self._root.reference})
        pdf.add_object(document)
        for element in self._elements:
            element["P"] = document.reference
            element["Pg"] = page.reference
            pdf.add_object(element)
        kids = pydyf.Array([element.reference for element in self._elements])
        document["K"] = kids
        self._root["K"] = pydyf.Array([document.reference])
        self._root["ParentTree"] = pydyf.Dictionary({"Nums": pydyf.Array([0, kids])})
        pdf.catalog.update(
            {
                "Lang": pydyf.String(self._language),
                "MarkInfo": pydyf.Dictionary({"Marked": "true"}),
                "StructTreeRoot": self._root.reference,
                "ViewerPreferences": pydyf.Dictionary({"DisplayDocTitle": "true"}),
            }
        )
        pdf.info["Title"] = pydyf.String(self._title)
        out = io.BytesIO()
        pdf.write(out, version=b"1.7")
        return out.getvalue()

    def _begin(self, tag: str, more: dict[str, object]) -> None:
        number = len(self._elements)
        self._elements.append(pydyf.Dictionary({"Type": "/StructElem", "S": f"/{tag}", "K": number, **more}))
        self._stream.begin_marked_content(tag, property_list=pydyf.Dictionary({"MCID": number}))


def _literal(line: str) -> bytes:
    """Return a text as PDF writes it in the fonts' own encoding; raise UnicodeEncodeError for what they lack."""
    escaped = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(" + escaped + b")"
