"""Valid frozen objects, to be varied with `dataclasses.replace`; all invented."""

from gateway.model.approvals import Because
from gateway.model.bundle import LegalBasis
from gateway.model.partner import Contact, Partner, SealProfile
from gateway.model.terms import Text

PARTNER = Partner(
    id="dudok-wonen",
    kind="housing_corporation",
    name="Dudok Wonen",
    active=True,
    contact=Contact("balie", "balie@example.org", "035"),
    agreement=None,
    dpia=None,
    ownership_verified=None,
    profile=SealProfile.JOSE,
    has_holdings=True,
    retention_days=365,
    keys=(),
)
"""A housing corporation that has not enrolled a key."""


NO = Because(("facts",), ("newer_document",))
"""Why a part is refused, and what would help."""
ADVICE = Because(("need",))
"""What advice rests on."""


def a_basis(name: str, *, reveals: bool = False) -> LegalBasis:
    """Return an article of European law, which has no place in the Basiswettenbestand."""
    return LegalBasis(
        id=name,
        law="wet",
        article=name,
        text=Text(f"{name} nl", f"{name} en"),
        bwb=None,
        juriconnect=None,
        url=None,
        reveals=reveals,
    )
