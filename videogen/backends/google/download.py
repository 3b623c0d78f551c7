"""Which address gives a clip of Google's."""

import re
from urllib.parse import urlsplit

from videogen.backends.google.endpoint import Endpoint, is_googles
from videogen.errors import DownloadFailedError

FILES_VERSION = "v1"
FILE_ID = re.compile(r"/files/([a-z0-9]+)")


def source_url(where: Endpoint, uri: str) -> str:
    """The address to ask: a file of the API is asked for where the API is, as the SDK does.

    Raises: DownloadFailedError: an address that only Cloud Storage or nobody can read.
    """
    file_id = FILE_ID.search(urlsplit(uri).path)
    if is_googles(uri) and file_id is not None:
        return f"{where.base_url}/{FILES_VERSION}/files/{file_id.group(1)}:download?alt=media"
    if is_googles(uri):
        return uri
    scheme = urlsplit(uri).scheme
    raise DownloadFailedError(where.name, detail=f"an address that cannot be read ({scheme}:)")
