"""Clips and their thumbnails, by our own route; Streamlit would read whole files into memory."""

from videogen.domain.clip import Clip
from videogen.ui import formats, language, loaders, markup
from videogen.ui.language import t


def clip_player(clip: Clip, *, alt: str, preload: str = "metadata") -> str:
    """Where retention has removed the file, its thumbnail and the day."""
    if clip.file_removed_at is not None:
        return (
            f'<figure class="vg-clip vg-removed">{thumbnail(clip.clip_id, alt=alt)}'
            f"<figcaption>{markup.esc(removed_sentence(clip))}</figcaption></figure>"
        )
    return (
        f'<video class="vg-clip" controls loop muted playsinline preload="{preload}" '
        f'poster="{markup.esc(loaders.thumbnail_url(clip.clip_id))}" '
        f'src="{markup.esc(loaders.clip_url(clip.clip_id))}" '
        f'aria-label="{markup.esc(alt)}"></video>'
    )


def removed_sentence(clip: Clip) -> str:
    return t("clip.removed", day=formats.day(clip.file_removed_at, language.current()))


def thumbnail(clip_id: str | None, *, alt: str) -> str:
    if clip_id is None:
        return '<span class="vg-thumb"></span>'
    return (
        f'<img class="vg-thumb" loading="lazy" src="{markup.esc(loaders.thumbnail_url(clip_id))}" '
        f'alt="{markup.esc(alt)}">'
    )
