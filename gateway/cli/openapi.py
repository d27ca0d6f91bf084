"""`gateway openapi`: the document of the interfaces for programs. It needs no configuration."""

import json

import click

from gateway.api.openapi import openapi as document_for

PLACE = "https://disclosure-gateway.example"


@click.command()
@click.option("--url", default=PLACE, show_default=True, help="The gateway's address as its partners know it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="json", show_default=True)
def openapi(url: str, form: str) -> None:
    """Print the OpenAPI document; as text, a line for each route."""
    document = document_for(url.rstrip("/"))
    if form == "json":
        click.echo(json.dumps(document, indent=2))
        return
    paths = document["paths"]
    for path, operations in paths.items() if isinstance(paths, dict) else ():
        for method, operation in operations.items() if isinstance(operations, dict) else ():
            summary = operation.get("summary", "") if isinstance(operation, dict) else ""
            click.echo(f"{method.upper():5} {path}  {summary}")
