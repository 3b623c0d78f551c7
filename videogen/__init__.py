"""videogen: measure text-to-video back ends on the same prompts and decide with evidence."""

__version__ = "0.1.0"
