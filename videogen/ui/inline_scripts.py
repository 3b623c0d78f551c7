"""Scripts that stand in a page itself; the browser runs these and no other that it finds there."""

import re
from functools import cache
from pathlib import Path

import streamlit

from videogen.ui import remembered

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def inline_scripts() -> tuple[str, ...]:
    """Streamlit's own, whatever its version, and ours that writes a cookie."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    return (*INLINE.findall(page.read_text(encoding="utf-8")), remembered.SCRIPT)
