"""Groups of commands: whose list cuts no line, and whose files are imported only when one is asked for."""

import gc
from collections.abc import Mapping
from importlib import import_module

import click

Elsewhere = Mapping[str, tuple[str, str]]
"""By its name: the module of a command, and the line that a list of commands has about it."""
LINE = 200  # characters of such a line; click cuts it where the window ends, in the middle of what it says


class WholeLines(click.Group):
    """A group whose list says of each command all of its first sentence, on as many lines as that takes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._words(ctx, name)) for name in self.list_commands(ctx)])

    def _words(self, ctx: click.Context, name: str) -> str:
        command = super().get_command(ctx, name)
        return "" if command is None else command.get_short_help_str(LINE)


class OnDemand(WholeLines):
    """A partner's kit need not load the gateway's server; and whoever asks which commands there are waits for nothing.

    The command of a module has its own name there, with `_` for `-`.
    """

    def __init__(self, *, elsewhere: Elsewhere, name: str | None = None, **options: object) -> None:
        """Know which commands are elsewhere; the other options are click's."""
        super().__init__(name, **options)  # type: ignore[arg-type]  # handed on as they came
        self._elsewhere = elsewhere

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names: in the given order, or in the alphabet's when the group has commands of its own."""
        own = super().list_commands(ctx)
        return sorted([*own, *self._elsewhere]) if own else list(self._elsewhere)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; raise TypeError when its module has something else of that name."""
        if cmd_name not in self._elsewhere:
            return super().get_command(ctx, cmd_name)
        # What is imported stays: looking for garbage in it, over and over, took a fifth of a server's start.
        gc.disable()
        command = getattr(import_module(self._elsewhere[cmd_name][0]), cmd_name.replace("-", "_"))
        gc.enable()
        if not isinstance(command, click.Command):
            raise TypeError(f"`{cmd_name}` is not a command")
        return command

    def _words(self, ctx: click.Context, name: str) -> str:
        # Without importing what the list tells of.
        return self._elsewhere[name][1] if name in self._elsewhere else super()._words(ctx, name)
