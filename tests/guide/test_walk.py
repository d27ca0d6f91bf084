"""The walk through a guide notices a difference."""

from pathlib import Path

import pytest

from tests.guide.walk import Step, matches, run, steps

GUIDE = """
Text.

```console
$ echo a
a
$ printf 'b 12 s\\nc\\nd\\ne\\n'
b … s
…
e
```

```diff
--- a/x
+++ b/x
@@ -1 +1 @@
-old
+new
```
"""


def test_each_command_has_its_own_output() -> None:
    """In the order of the guide, changes between them."""
    first, second, change = steps(GUIDE)
    assert first == Step("console", "echo a", ("a",))
    assert second.expected == ("b … s", "…", "e")
    assert change.kind == "diff"


@pytest.mark.parametrize("printed", ["b  s\n", "b 12 s\nc\n", "b 12 s\nc\nd\nf\n", "x\nb 12 s\ne\n", ""])
def test_another_output_does_not_match(printed: str) -> None:
    """A missing, added or different line."""
    assert not matches(("b … s", "…", "e"), printed)


def test_the_reader_gets_what_the_guide_shows(tmp_path: Path) -> None:
    """Commands and changes work in the reader's folder."""
    (tmp_path / "x").write_text("old\n")
    for step in steps(GUIDE):
        assert matches(step.expected, run(step, tmp_path, {"PATH": "/usr/bin:/bin"}))
    assert (tmp_path / "x").read_text() == "new\n"
