"""What has to be there before a campaign is rated, wherever somebody begins: page or terminal."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from videogen.bootstrap.application import Application
from videogen.bootstrap.sandbox_references import MAKER, add_sandbox_references
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError
from videogen.panel import prepare_renditions
from videogen.panel.sessions import clips_to_rate, origin_of
from videogen.store import Database, get_campaign, reference_clips

LOG = structlog.get_logger(__name__)


def make_ready(
    application: Application,
    campaign_id: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Reference clips for a campaign of the sandbox, then the blind copies of all that is shown.

    `on_progress` gets (done, all) of the copies. The second time nothing is left to do.
    Raises: NotFoundError: no such campaign, or a clip's file is gone. DiskFullError.
    """
    bring_references(application, campaign_id)
    prepare_renditions(
        application.database, campaign_id, application.clips_folder, on_progress=on_progress
    )


def bring_references(application: Application, campaign_id: str) -> None:
    """The sandbox's own, once, and only where nobody has chosen others.

    Without them the panel is rated too, and called unscreened: so a sandbox that does not draw
    stops nobody. Raises: NotFoundError: no such campaign. DiskFullError.
    """
    database = application.database
    clips = clips_to_rate(database, get_campaign(database, campaign_id))
    if not clips or origin_of(clips) is not Origin.SANDBOX or _has_chosen(database):
        return
    try:
        add_sandbox_references(database, application.clips_folder, datetime.now(UTC))
    except BackendUnavailableError as error:
        LOG.warning("no_sandbox_references", reason=str(error))


def _has_chosen(database: Database) -> bool:
    return any(
        one.added_by != MAKER and one.kind is not PresentationKind.TRAP
        for one in reference_clips(database, Origin.SANDBOX, retired=True)
    )
