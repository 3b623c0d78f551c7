"""What a file is by its first bytes; names and endings are what people call it."""

from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 1024
_OTHER_IMAGE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_MOV_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """`reader` is FFmpeg's name where it reads the file: never its own guess, as some of its
    formats are lists of other files' addresses.
    """

    format: str  # as people know it
    is_picture: bool = False
    reader: str | None = None
    suffix: str | None = None  # None: no input of ours


PNG = FileContent(format="PNG", is_picture=True, suffix=".png")
JPEG = FileContent(format="JPEG", is_picture=True, suffix=".jpg")
WEBP = FileContent(format="WebP", is_picture=True, suffix=".webp")
MP4 = FileContent(format="MP4", reader="mp4", suffix=".mp4")
MOV = FileContent(format="MOV", reader="mov", suffix=".mov")
MATROSKA = FileContent(format="Matroska", reader="matroska", suffix=".mkv")
WEBM = FileContent(format="WebM", reader="matroska", suffix=".webm")
AVI = FileContent(format="AVI", reader="avi", suffix=".avi")
WAV = FileContent(format="WAV", reader="wav", suffix=".wav")
MP3 = FileContent(format="MP3", reader="mp3", suffix=".mp3")
AAC = FileContent(format="AAC", reader="aac", suffix=".aac")
FLAC = FileContent(format="FLAC", reader="flac", suffix=".flac")
OGG = FileContent(format="Ogg", reader="ogg", suffix=".ogg")
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"GIF8", FileContent(format="GIF", is_picture=True)),
    (b"II*\x00", FileContent(format="TIFF", is_picture=True)),
    (b"MM\x00*", FileContent(format="TIFF", is_picture=True)),
    (b"BM", FileContent(format="BMP", is_picture=True)),
    (b"8BPS", FileContent(format="PSD", is_picture=True)),
    (b"PK\x03\x04", FileContent(format="ZIP")),
    (b"PK\x05\x06", FileContent(format="ZIP")),
    (b"%PDF", FileContent(format="PDF")),
)
_RIFFS = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}


def content_of(path: Path) -> FileContent | None:
    """None: bytes that nobody here knows."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for beginning, content in _BEGINNINGS:
        if head.startswith(beginning):
            return content
    return _riff(head) or _mpeg_audio(head) or _boxes(head) or _by_words(head)


def _riff(head: bytes) -> FileContent | None:
    return _RIFFS.get(head[8:12]) if head[:4] in (b"RIFF", b"RF64") else None


def _mpeg_audio(head: bytes) -> FileContent | None:
    """By the sync word of ISO/IEC 11172-3; its layer bits are 00 in AAC's ADTS."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    return AAC if head[1] & 0xF6 == 0xF0 else MP3


def _boxes(head: bytes) -> FileContent | None:
    if head[4:8] not in _MOV_BOXES:
        return None
    if head[4:8] == b"ftyp" and head[8:12] in _OTHER_IMAGE_BRANDS:
        return FileContent(format="HEIC/AVIF", is_picture=True)
    return MP4 if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else MOV


def _by_words(head: bytes) -> FileContent | None:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else MATROSKA
    if b"<svg" in head.lower():
        return FileContent(format="SVG", is_picture=True)
    return None
