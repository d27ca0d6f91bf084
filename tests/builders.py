"""Valid frozen objects, to be varied with `dataclasses.replace`; all invented."""

from gateway.model.partner import Contact, Partner, SealProfile

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
