"""`python -m videogen.access`: docs/permissions.md on standard output."""

import sys

from videogen.access.document import permissions_document

sys.stdout.write(permissions_document())
