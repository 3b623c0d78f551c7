"""Files on their way from a back end to a rater: probed, judged, kept, copied blind, addressed."""

from videogen.clips.checks import ExpectedClip
from videogen.clips.files import clip_path
from videogen.clips.intake import accept_clip, accept_reference, file_sha256
from videogen.clips.rendition import (
    RenditionForm,
    form_for,
    is_current,
    make_rendition,
    make_renditions,
    pad_renditions,
    rendition_file,
)
from videogen.clips.tokens import ClipTokenError, ClipTokenExpiredError, ClipTokens, load_secret

__all__ = [
    "ClipTokenError",
    "ClipTokenExpiredError",
    "ClipTokens",
    "ExpectedClip",
    "RenditionForm",
    "accept_clip",
    "accept_reference",
    "clip_path",
    "file_sha256",
    "form_for",
    "is_current",
    "load_secret",
    "make_rendition",
    "make_renditions",
    "pad_renditions",
    "rendition_file",
]
