"""What sign-in cookies are signed with: made at the first start, readable by its owner only."""

from pathlib import Path

from videogen.clips import load_secret
from videogen.errors import DataFolderUnusableError
from videogen.secrecy import keep_secret

FILE = "secret_cookie.key"


def cookie_secret(data_dir: Path) -> str:
    """Whoever removes the file signs everybody out.

    Raises: InvalidInputError: the file is no secret. DataFolderUnusableError.
    """
    try:
        secret = load_secret(data_dir, FILE).hex()
    except OSError as error:
        raise DataFolderUnusableError(folder=data_dir, reason=error.strerror) from error
    keep_secret([secret])
    return secret
