"""What can be asked for: workflows with their manifests, conditions and prompt suites."""

from videogen.catalogue.conditions import default_conditions
from videogen.catalogue.criteria import load_criteria
from videogen.catalogue.manifest import Manifest, graph_sha256, load_manifests
from videogen.catalogue.own_workflow import workflow_from_file
from videogen.catalogue.parts import ModelPart, NodePack, Parts, load_parts, model_file_name
from videogen.catalogue.suites import load_suite

__all__ = [
    "Manifest",
    "ModelPart",
    "NodePack",
    "Parts",
    "default_conditions",
    "graph_sha256",
    "load_criteria",
    "load_manifests",
    "load_parts",
    "load_suite",
    "model_file_name",
    "workflow_from_file",
]
