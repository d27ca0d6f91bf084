"""Bars that show on standard error how far a long command is."""

from collections.abc import Callable

from rich.progress import Progress


def bar(progress: Progress, of: str) -> Callable[[int, int], None]:
    """Add a bar about these; return what moves it, and is told how many are done, of how many."""
    task = progress.add_task(of, total=None)
    return lambda done, total: progress.update(task, completed=done, total=total)
