"""`python -m videogen ...`."""

import sys

from videogen.cli import main
from videogen.secrecy import hide_in_last_words

if __name__ == "__main__":
    hide_in_last_words()
    sys.exit(main())
