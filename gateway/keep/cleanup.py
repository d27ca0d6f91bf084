"""What becomes of the bytes of what was deleted: overwritten by the database, and looked for in SQLite's files."""

from dataclasses import dataclass

from gateway.config.settings import Settings
from gateway.store.clean import LARGE, Cleaned, clean, count_traces, files_of
from gateway.store.engine import is_served, open_engine


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What became of the bytes: `searched` pieces of what was destroyed were looked for, and `found` still stand.

    `remembered`: the erasure is noted in `erased.cases`, so that a restored backup is noticed.
    """

    cleaned: Cleaned
    searched: int = 0
    found: int = 0
    remembered: bool = True

    @property
    def ok(self) -> bool:
        """Say whether nothing that was erased may still stand in the database's files, or come back unseen."""
        return self.cleaned.ok and not self.found and self.remembered


def clean_database(settings: Settings, traces: tuple[bytes, ...] = (), *, large: bool = False) -> Cleanup:
    """Have the database overwrite what was deleted, and look for these bytes in SQLite's files.

    A file that still holds any is rewritten once, when it is not large or `large` says that all may wait for it.
    """
    database = open_engine(settings.database_url)
    try:
        cleaned = clean(database, large=large)
    finally:
        database.dispose()  # before the files are read: see `count_traces`
    paths = files_of(settings.database_url)
    found = count_traces(paths, traces)
    if found and cleaned.ok and (large or paths[0].stat().st_size <= LARGE):
        database = open_engine(settings.database_url)
        try:
            cleaned = clean(database, rewrite=True)
        finally:
            database.dispose()
        found = count_traces(files_of(settings.database_url), traces)
    return Cleanup(cleaned, 0 if is_served(settings.database_url) else len(traces), found)
