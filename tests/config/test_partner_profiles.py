"""The profiles that partners.yaml names, read before the whole file can be."""

from pathlib import Path

import pytest

from gateway.config.partner_profiles import named_profiles
from gateway.model.partner import SealProfile


@pytest.mark.parametrize(
    "text",
    ["", "[]", "partners: 1", "partners: [1]", "partners: [{id: a}]", "partners: [{id: a, profile: none}]", "a: ["],
)
def test_a_file_with_faults_names_none(tmp_path: Path, text: str) -> None:
    """Its faults are told elsewhere, with all the others."""
    path = tmp_path / "partners.yaml"
    path.write_text(text)
    assert named_profiles(path) == {}
    assert named_profiles(tmp_path / "none") == {}


def test_each_partner_has_the_profile_that_the_sample_file_gives_it() -> None:
    """Hybrid post-quantum unless the partner's software cannot."""
    named = named_profiles(Path("partners.yaml"))
    assert named["avim"] is SealProfile.HPKE9
    assert named["dudok-wonen"] is SealProfile.JOSE
    assert named["arbeidsinspectie"] is SealProfile.NLGOV
