"""The blind copies of a campaign, made before anybody rates: one form, one size for all."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

from videogen.clips import (
    RenditionForm,
    form_for,
    is_current,
    make_rendition,
    pad_renditions,
    rendition_file,
)
from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip, ClipProbe, Rendition
from videogen.domain.condition import Condition
from videogen.domain.run import RunStatus
from videogen.domain.stopping import IsStopping, StoppedError, go_on, never
from videogen.panel.shown_clips import shown_clip_ids
from videogen.store import (
    Database,
    campaigns,
    get_campaign,
    get_clip,
    get_condition,
    renditions,
    run_counts,
    save,
)

LOG = logging.getLogger(__name__)

THREADS = 2  # the worker and the pages want the machine too
BATCH = 4  # between two batches a rater who waits gets a turn
STOP_PATIENCE_S = 2.0  # for a rater's copies, which end with the database

_MAKING = threading.Lock()  # a second rater who comes meanwhile waits, and finds them made


def prepare_renditions(
    database: Database,
    campaign_id: str,
    clips_folder: Path,
    *,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    is_stopping: IsStopping = never,
) -> int:
    """Make what is missing, at most `limit`; returns how many. `on_progress` gets (done, all).

    Raises: NotFoundError: a clip's file is gone. DiskFullError. StoppedError: asked to, or the
    database was closed meanwhile.
    """

    def is_over() -> bool:
        return is_stopping() or database.is_closed

    campaign = get_campaign(database, campaign_id)
    clip_ids = shown_clip_ids(database, campaign, clips_folder, datetime.now(UTC))
    if clip_ids <= _current(database, campaign_id, clips_folder).keys():
        return 0
    with _MAKING:
        go_on(is_over)
        clips = [get_clip(database, clip_id) for clip_id in sorted(clip_ids)]
        # A larger or faster clip than any condition announced changes the form, and with it every
        # file's name: old and new copies must not stand side by side and tell the conditions apart.
        form = _form(database, campaign, clips)
        missing = [
            clip
            for clip in clips
            if not (clips_folder / rendition_file(clip, campaign_id, form)).is_file()
        ]
        _make(missing[:limit], clips_folder, campaign_id, form, on_progress, is_over=is_over)
        if limit is not None and len(missing) > limit:
            return limit
        return _settle(database, campaign_id, clips, clips_folder, form, is_over=is_over)


def _settle(
    database: Database,
    campaign_id: str,
    clips: Sequence[Clip],
    clips_folder: Path,
    form: RenditionForm,
    *,
    is_over: IsStopping,
) -> int:
    """Make the whole set alike, and only then say that it is there; returns how many are new.

    Once for all, not after each batch: every file may have to be written anew for one clip.
    """
    before = renditions(database, campaign_id)
    wanted = [
        Rendition(
            clip_id=clip.clip_id,
            campaign_id=campaign_id,
            file=rendition_file(clip, campaign_id, form),
            size_bytes=0,
        )
        for clip in clips
    ]
    padded = pad_renditions(wanted, clips_folder=clips_folder, is_stopping=is_over)
    save(database, *[one for one in padded if one != before.get(one.clip_id)])
    new = [one for one in padded if _file_of(before, one.clip_id) != one.file]
    for one in new:
        old_file = _file_of(before, one.clip_id)
        if old_file is not None:
            (clips_folder / old_file).unlink(missing_ok=True)
    return len(new)


def _file_of(made: Mapping[str, Rendition], clip_id: str) -> str | None:
    return made[clip_id].file if clip_id in made else None


def _current(database: Database, campaign_id: str, clips_folder: Path) -> dict[str, Rendition]:
    """Those that are there: a restored data folder has the rows, and the files are made again."""
    made = renditions(database, campaign_id)
    return {
        clip_id: one
        for clip_id, one in made.items()
        if is_current(one) and (clips_folder / one.file).is_file()
    }


class RenditionKeeper:
    """Makes the copies in the background, so that the first rater does not wait for them.

    Only while no run is running: coding a clip beside a measurement would be measured with it.
    """

    def __init__(self, database: Database, clips_folder: Path, *, pause_s: float = 3.0) -> None:
        self._database = database
        self._clips_folder = clips_folder
        self._pause_s = pause_s
        self._seen_version: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="renditions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A copy that is being made is given up."""
        self._stopping.set()
        self._thread.join(STOP_PATIENCE_S)

    def _keep(self) -> None:
        while not self._stopping.wait(self._pause_s):
            try:
                self._catch_up()
            except StoppedError:
                return
            except Exception:
                # A lost file or a full disk must not end the thread: the rater's own start
                # meets the same error and shows it.
                LOG.exception("blind copies could not be made")
                self._seen_version = self._database.version  # again when something has changed

    def _catch_up(self) -> None:
        version = self._database.version
        if version == self._seen_version:
            return
        for campaign in campaigns(self._database):
            while self._may_work() and prepare_renditions(
                self._database,
                campaign.campaign_id,
                self._clips_folder,
                limit=BATCH,
                is_stopping=self._stopping.is_set,
            ):
                pass
        if self._may_work():
            self._seen_version = version

    def _may_work(self) -> bool:
        counts = run_counts(self._database)
        is_quiet = not counts[RunStatus.RUNNING] and not counts[RunStatus.QUEUED]
        return is_quiet and not self._stopping.is_set()


def _form(database: Database, campaign: Campaign, clips: Sequence[Clip]) -> RenditionForm:
    """What the conditions announce and the clips have: it should not change as clips come in.

    Reference clips are fitted in: one of an odd rate would make every other clip judder.
    """
    announced = [get_condition(database, one) for one in campaign.condition_ids]
    own = [clip.probe for clip in clips if clip.run_id is not None]
    return form_for(own + [_probe(one) for one in announced if one.fps])


def _probe(condition: Condition) -> ClipProbe:
    return ClipProbe(
        width_px=condition.width_px or 1,
        height_px=condition.height_px or 1,
        n_frames=condition.n_frames or 1,
        fps=condition.fps or 1,
        clip_duration_s=condition.clip_duration_s or 1,
        codec="",
        has_audio=condition.has_audio,
    )


def _make(
    clips: Sequence[Clip],
    clips_folder: Path,
    campaign_id: str,
    form: RenditionForm,
    on_progress: Callable[[int, int], None] | None,
    *,
    is_over: IsStopping,
) -> None:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="renditions") as pool:
        waiting = [
            pool.submit(
                make_rendition,
                clip,
                clips_folder=clips_folder,
                campaign_id=campaign_id,
                form=form,
                is_stopping=is_over,
            )
            for clip in clips
        ]
        for n_made, future in enumerate(as_completed(waiting), start=1):
            future.result()
            if on_progress is not None:
                on_progress(n_made, len(clips))
