"""The words of the policy that a recipient may read in a message: Dutch and English."""

from collections.abc import Mapping

from gateway.model.bundle import Vocabulary
from gateway.model.terms import Json, Text


def labels_of(vocabulary: Vocabulary) -> dict[str, Json]:
    """Return the labels of fields, codes, roles and purposes, each as `{nl, en}`."""
    return {
        "fields": _texts({name: field.label for name, field in vocabulary.fields.items()}),
        "codes": {field: _texts(codes) for field, codes in vocabulary.codes.items()},
        "roles": _texts(vocabulary.roles),
        "purposes": _texts(vocabulary.purposes),
    }


def _texts(labels: Mapping[str, Text]) -> Json:
    return {name: {"nl": label.nl, "en": label.en} for name, label in labels.items()}
