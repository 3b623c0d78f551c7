"""What a page shows when its script failed: our words, in the reader's language."""

import logging

from videogen.errors import VideogenError
from videogen.ui import notices

LOG = logging.getLogger(__name__)


def show(error: Exception) -> bool:
    """True: Streamlit's own message is not shown beside ours."""
    if isinstance(error, VideogenError):
        notices.show_error(error)
    else:
        LOG.error("a page failed", exc_info=error)
        notices.show_error(VideogenError())
    return True
