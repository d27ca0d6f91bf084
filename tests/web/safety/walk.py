"""Reads the pages as a browser does, with the parser of the standard library: links, forms, ids, and code in line."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient

VOID_TYPES = {"submit", "button", "image", "reset"}
MOST_PAGES = 80


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form. `options` are the values that a person can choose from."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        """Say whether a person types into it."""
        return self.kind in {"text", "textarea", "email", "tel", "number", "search", "url"}

    @property
    def is_hidden(self) -> bool:
        """Say whether it travels along unseen."""
        return self.kind == "hidden"


@dataclass(frozen=True, slots=True)
class Form:
    """A form with its fields; a button with a name is a field of its own."""

    action: str
    method: str
    fields: tuple[Field, ...] = ()

    def filled(self) -> dict[str, str]:
        """Return what a browser would send when nothing is typed and the button without a name is pressed."""
        sent = (one for one in self.fields if one.kind not in VOID_TYPES)
        return {one.name: one.value for one in sent if one.kind not in {"radio", "checkbox"} or one.value}


@dataclass(slots=True)
class Page:
    """What stands on a page."""

    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)  # the text of each script that a browser would run
    in_line: list[str] = field(default_factory=list)  # style and event attributes, addresses that are code
    errors: list[str] = field(default_factory=list)  # where the links of the error summary lead
    title: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._form: Form | None = None
        self._field: Field | None = None
        self._text: list[str] | None = None
        self._summary = 0  # how deep within the error summary

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look_for_code(tag, given)
        if "id" in given:
            self.page.ids.append(given["id"])
        if tag == "div" and (self._summary or "errors" in given.get("class", "").split()):
            self._summary += 1
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
            if self._summary:
                self.page.errors.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
        elif tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._add(tag, given)
        elif tag == "option" and self._field is not None:
            value = given.get("value", "")
            chosen = value if "selected" in given else self._field.value
            self._field = replace(self._field, options=(*self._field.options, value), value=chosen)
        elif tag == "title":
            self._text = []

    def _look_for_code(self, tag: str, given: dict[str, str]) -> None:
        self.page.in_line += [name for name in given if name.startswith("on") or name == "style"]
        self.page.in_line += [
            name for name in ("href", "src", "action", "formaction") if "script:" in given.get(name, "").lower()
        ]
        if tag == "style":
            self.page.in_line.append("style")
        if tag == "script" and given.get("type") != "application/json":
            self.page.scripts.append("")

    def _add(self, tag: str, given: dict[str, str]) -> None:
        kind = {"select": "select", "textarea": "textarea", "button": "submit"}.get(tag, given.get("type", "text"))
        ids = (given["id"],) if "id" in given else ()
        made = Field(given["name"], kind, given.get("value", ""), ids=ids)
        if kind in {"radio", "checkbox"}:
            made = replace(made, options=(made.value,), value=made.value if "checked" in given else "")
        if tag in {"select", "textarea"}:
            self._field, self._text = made, []
        elif self._form is not None:
            self._form = replace(self._form, fields=(*self._form.fields, made))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._summary:
            self._summary -= 1
        if tag == "title":
            self.page.title, self._text = "".join(self._text or []), None
        if tag in {"select", "textarea"} and self._field is not None:
            if tag == "textarea":
                self._field = replace(self._field, value="".join(self._text or []).removeprefix("\n"))
            if self._form is not None:
                self._form = replace(self._form, fields=(*self._form.fields, self._field))
            self._field, self._text = None, None
        if tag == "form" and self._form is not None:
            self.page.forms.append(self._form)
            self._form = None


def read_page(html: str) -> Page:
    """Return what stands on a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


def walk(client: FlaskClient, *starts: str) -> dict[str, Page]:
    """Return every page that one reaches by links, by its path; a page that cannot be opened is left out."""
    found: dict[str, Page] = {}
    waiting = list(starts)
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if path in found:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        found[path] = read_page(answer.get_data(as_text=True))
        for link in found[path].links:
            parts = urlsplit(link)
            inside = link.startswith("/") and not parts.netloc and not link.startswith("/aanmelden/")
            if inside and parts.path:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
