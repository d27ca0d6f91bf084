"""Which partners may get a link that opens once (decision 0018)."""

from collections.abc import Sequence

from gateway.model.partner import PublicKey, SealProfile

PERSONS = frozenset({"private_landlord"})
"""Kinds of partner that are a private person. Nothing urgent may ever have to wait for a letter."""


def fault_of_link(profile: SealProfile, *, kind: str, keys: Sequence[PublicKey]) -> str | None:
    """Return what is wrong with a partner's profile as far as links go; None when nothing is."""
    if profile is not SealProfile.LINK:
        return None
    if kind not in PERSONS:
        return "profile: a link is for a private landlord; everybody else enrols keys"
    return "profile: who gets links has no keys; take the key set away, or choose a profile with keys" if keys else None
