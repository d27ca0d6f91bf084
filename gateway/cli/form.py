"""How an answer is printed, in words or as JSON for a program, and how many processes look for it."""

import os

import click

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)

JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="one for each core",
    help="How many processes go through a large log; a small one needs none.",
)
