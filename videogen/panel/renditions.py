"""The blind copies of a campaign, made before anybody rates: one form, one size for all."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from videogen.clips import RenditionForm, form_for, make_rendition, pad_renditions
from videogen.domain.clip import Clip, Rendition
from videogen.panel.sessions import clips_to_rate
from videogen.store import Database, get_campaign, get_clip, renditions, save

THREADS = 2  # the worker and the pages want the machine too

_MAKING = threading.Lock()  # a second rater who comes meanwhile waits, and finds them made


def prepare_renditions(
    database: Database,
    campaign_id: str,
    clips_folder: Path,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make what is missing; returns how many were made. `on_progress` gets (done, all).

    Raises: NotFoundError: a clip's file is gone. DiskFullError.
    """
    clip_ids = clips_to_rate(database, get_campaign(database, campaign_id))
    if clip_ids.keys() <= renditions(database, campaign_id).keys():
        return 0
    with _MAKING:
        made = renditions(database, campaign_id)
        clips = [get_clip(database, clip_id) for clip_id in clip_ids]
        form = form_for([clip.probe for clip in clips])
        if made and form != _form_of(database, made):
            made = {}  # a larger or faster clip has come: one form for all again
        missing = [clip for clip in clips if clip.clip_id not in made]
        new = _make(missing, clips_folder, campaign_id, form, on_progress)
        save(database, *pad_renditions([*made.values(), *new], clips_folder=clips_folder))
        return len(new)


def _form_of(database: Database, clip_ids: Iterable[str]) -> RenditionForm:
    return form_for([get_clip(database, clip_id).probe for clip_id in clip_ids])


def _make(
    clips: Sequence[Clip],
    clips_folder: Path,
    campaign_id: str,
    form: RenditionForm,
    on_progress: Callable[[int, int], None] | None,
) -> list[Rendition]:
    made: list[Rendition] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="renditions") as pool:
        waiting = [
            pool.submit(
                make_rendition, clip, clips_folder=clips_folder, campaign_id=campaign_id, form=form
            )
            for clip in clips
        ]
        for future in as_completed(waiting):
            made.append(future.result())
            if on_progress is not None:
                on_progress(len(made), len(clips))
    return made
