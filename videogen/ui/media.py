"""Clips and their thumbnails, by our own route; Streamlit would read whole files into memory."""

from videogen.domain.clip import Clip
from videogen.ui import loaders, markup


def clip_player(clip: Clip, *, alt: str, preload: str = "metadata") -> str:
    return (
        f'<video class="vg-clip" controls loop muted playsinline preload="{preload}" '
        f'poster="{markup.esc(loaders.thumbnail_url(clip.clip_id))}" '
        f'src="{markup.esc(loaders.clip_url(clip.clip_id))}" '
        f'aria-label="{markup.esc(alt)}"></video>'
    )


def thumbnail(clip_id: str | None, *, alt: str) -> str:
    if clip_id is None:
        return '<span class="vg-thumb"></span>'
    return (
        f'<img class="vg-thumb" loading="lazy" src="{markup.esc(loaders.thumbnail_url(clip_id))}" '
        f'alt="{markup.esc(alt)}">'
    )
