"""Pages that are opened often find their rows by an index of their own."""

from sqlalchemy import Engine, text


def test_the_list_is_found_by_its_own_index(engine: Engine) -> None:
    """Few of many requests are marked, and the page is opened often."""
    asked = "SELECT id FROM disclosure WHERE after_refusal = 1 ORDER BY submitted_at DESC LIMIT 50"
    with engine.connect() as connection:
        plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    assert "disclosure_after_refusal" in plan
