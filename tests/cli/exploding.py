"""A command with a fault in it, to plant in the command line."""

import click


@click.command()
@click.argument("word")
def explode(word: str) -> None:
    """Fail with the word in the error's text, as careless code does."""
    raise ValueError(f"cannot read {word}")
