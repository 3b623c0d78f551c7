"""What can be asked for: workflows with their manifests, conditions and prompt suites."""

from videogen.catalogue.conditions import default_conditions
from videogen.catalogue.criteria import load_criteria
from videogen.catalogue.manifest import Manifest, NeededModel, NeededNode, load_manifests
from videogen.catalogue.own_workflow import workflow_from_file
from videogen.catalogue.suites import load_suite

__all__ = [
    "Manifest",
    "NeededModel",
    "NeededNode",
    "default_conditions",
    "load_criteria",
    "load_manifests",
    "load_suite",
    "workflow_from_file",
]
