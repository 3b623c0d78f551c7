"""A data folder with real clips in it, of conditions that differ in size and rate."""

from pathlib import Path

from tests.clips.drawing import draw_clip
from tests.panel.campaigns import NOW, Panel, make_panel
from tests.panel.references import retire_all
from videogen.clips import accept_clip
from videogen.domain.clip import Clip
from videogen.panel import prepare_renditions
from videogen.store import Database

CLIP_S = 0.75
FORMS = {"animatediff": ((128, 96), 8), "wan-1.3b": ((160, 90), 16), "wan-14b": ((192, 108), 16)}


def furnish(
    data_dir: Path,
    *,
    n_prompts: int = 3,
    n_conditions: int = 2,
    renditions: bool = True,
    draws_references: bool = False,
) -> Panel:
    """Fill the folder and close its database again: the app is to open it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    clips_folder = data_dir / "clips"

    def clip_of(run_id: str, condition_name: str) -> Clip:
        size, fps = FORMS[condition_name]
        # Another comment for each run: equal bytes would be one file.
        source = draw_clip(
            data_dir / "source.mp4",
            size=size,
            fps=fps,
            n_frames=round(CLIP_S * fps),
            comment=f"{condition_name} {run_id}",
        )
        return accept_clip(source, clips_folder=clips_folder, run_id=run_id, expected=None, now=NOW)

    with Database.open(data_dir / "videogen.duckdb") as database:
        panel = make_panel(
            database, n_prompts=n_prompts, n_conditions=n_conditions, seeds=(1,), clip_of=clip_of
        )
        if not draws_references:
            retire_all(database)
        if renditions:
            prepare_renditions(database, "c1", clips_folder)
    return panel
