"""The labels of the policy that is shipped."""

from pathlib import Path

from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.page.labels import labels_of

SHIPPED = labels_of(load_bundle(read_policy_files(Path(__file__).parents[2] / "policies")).vocabulary)
