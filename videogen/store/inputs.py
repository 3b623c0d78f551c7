"""Input files: what is known of each; the bytes stand in the inputs folder."""

from videogen.domain.input_file import InputFile, InputKind
from videogen.errors import NotFoundError
from videogen.store.database import Database

INPUT_BY_ID = "SELECT * FROM input_file WHERE input_id = $input_id"


def get_input(database: Database, input_id: str) -> InputFile:
    """Raises: NotFoundError."""
    for file in database.rows(InputFile, INPUT_BY_ID, input_id=input_id):
        return file
    raise NotFoundError(field="input_id", value=input_id)


INPUT_FILES = """
    SELECT * FROM input_file WHERE $kind IS NULL OR kind = $kind
    ORDER BY added_at DESC, input_id LIMIT $limit
"""


def input_files(
    database: Database, *, kind: InputKind | None = None, limit: int = 100
) -> list[InputFile]:
    """The newest first."""
    return database.rows(InputFile, INPUT_FILES, kind=kind, limit=limit)
