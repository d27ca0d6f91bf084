"""No template says anything outside the catalogues: what is not in gettext is Dutch for everybody, for ever."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from gateway.web.language import CATALOGUES

TEMPLATES = CATALOGUES.parent / "templates"
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
# Comments, trans blocks, statements, expressions, code, tags, attributes of macros: the rest is what one reads.
MARKUP = (
    r"\{#.*?#\}",
    r"\{%-?\s*trans\b.*?endtrans\s*-?%\}",
    r"\{%.*?%\}",
    r"\{\{.*?\}\}",
    r"<code>.*?</code>",
    r"<[^>]*>",
    r'[a-z-]+="[^"<]*"?',
)
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
SPOKEN_ATTRIBUTE = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{2}[^"{]*)"')
SENTENCE = re.compile(r"^[A-ZÀ-Ý][a-zà-ÿ]+|[a-zà-ÿ]{2,} [a-zà-ÿ]{2,}")
SAYS = {"_", "gettext", "ngettext"}
SAME_EVERYWHERE = {"Demo", "DEMO"}
CLASSES = re.compile(r"(tag|note|card|button|wrong|hide) ?[a-z ]*$")


def _literals(node: nodes.Node) -> Iterator[str]:
    """Yield every string in expressions that no call of gettext says."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SAYS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _literals(child)


def raw(source: str) -> list[str]:
    """Return every text of a template that stands outside gettext."""
    left = source
    for pattern in MARKUP:
        left = re.sub(pattern, "\n", left, flags=re.DOTALL)
    found = [line.strip() for line in left.splitlines() if WORD.search(line)]
    found += SPOKEN_ATTRIBUTE.findall(source)
    found += [text for text in _literals(ENVIRONMENT.parse(source)) if SENTENCE.search(text)]
    return [text for text in found if text not in SAME_EVERYWHERE and not CLASSES.match(text)]


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hallo</p>",
        '<p aria-label="Naar de inhoud"></p>',
        '{{ "Eén bericht" if x else _("Geen") }}',
        '{% set labels = {"a": "Rol"} %}',
        '<p>{{ _("Goed") }} en niet goed</p>',
    ],
)
def test_a_text_outside_the_catalogues_is_found(source: str) -> None:
    """The rule below can fail: between tags, in an attribute, in an expression."""
    assert raw(source) != []


def test_what_is_said_by_gettext_is_in_order() -> None:
    """A call, a block, and what is the same in every language."""
    source = '<p>{{ _("Goed") }} {% trans a=b %}Ook <b>{{ a }}</b>{% endtrans %} <code>naam.yaml</code></p>'
    assert raw(source) == []


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_a_template_says_nothing_outside_the_catalogues(name: str) -> None:
    """Write `_("...")` around it, run `make words`, and fill in the other languages."""
    assert raw((TEMPLATES / name).read_text(encoding="utf-8")) == []
