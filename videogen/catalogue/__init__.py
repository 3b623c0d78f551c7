"""What can be asked for: workflows with their manifests, conditions and prompt suites."""

from videogen.catalogue.conditions import default_conditions
from videogen.catalogue.criteria import load_criteria
from videogen.catalogue.entries import (
    CatalogueEntry,
    EntryKind,
    Published,
    disk_bytes,
    files_of,
    load_entries,
    with_bases,
)
from videogen.catalogue.graph_file import parse_graph, read_graph
from videogen.catalogue.loading import load_manifests, manifest_from, read_workflows
from videogen.catalogue.manifest import Manifest, graph_sha256
from videogen.catalogue.manifest_checks import refuse_name_twins
from videogen.catalogue.own_workflow import workflow_from_file
from videogen.catalogue.parts import ModelPart, NodePack, Parts, load_parts, model_file_name
from videogen.catalogue.suites import MAX_SUITE_BYTES, load_suite, parse_suite

__all__ = [
    "MAX_SUITE_BYTES",
    "CatalogueEntry",
    "EntryKind",
    "Manifest",
    "ModelPart",
    "NodePack",
    "Parts",
    "Published",
    "default_conditions",
    "disk_bytes",
    "files_of",
    "graph_sha256",
    "load_criteria",
    "load_entries",
    "load_manifests",
    "load_parts",
    "load_suite",
    "manifest_from",
    "model_file_name",
    "parse_graph",
    "parse_suite",
    "read_graph",
    "read_workflows",
    "refuse_name_twins",
    "with_bases",
    "workflow_from_file",
]
