"""Which profiles partners.yaml names, for whoever must know before the whole file can be read."""

from collections.abc import Mapping
from pathlib import Path

from gateway.config import strict_yaml
from gateway.errors import PolicyUnreadableError
from gateway.model.partner import SealProfile


def named_profiles(path: Path) -> Mapping[str, SealProfile]:
    """Return each partner's profile by its id. A file with faults may name fewer or none: a start tells its faults."""
    try:
        told = strict_yaml.load(path.read_bytes(), name=path.name)
    except (OSError, PolicyUnreadableError):
        return {}
    listed = told.get("partners") if isinstance(told, dict) else None
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    known = {profile.value: profile for profile in SealProfile}
    return {str(entry.get("id")): known[str(entry["profile"])] for entry in entries if entry.get("profile") in known}
