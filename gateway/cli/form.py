"""How an answer is printed: in words, or as JSON for a program."""

import click

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
