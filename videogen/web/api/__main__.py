"""`python -m videogen.web.api`: docs/api.md on standard output."""

import sys

from videogen.web.api.reference import reference_document

sys.stdout.write(reference_document())
