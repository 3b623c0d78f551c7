"""What the Decision page keeps of a campaign: frozen decisions and their bundles."""

from collections.abc import Callable
from functools import partial
from io import BufferedReader

import streamlit as st

from videogen import store
from videogen.bootstrap.decisions import bundle_of, check_frozen, freeze_decision
from videogen.domain.access import Permission
from videogen.domain.event import FrozenDecision
from videogen.evidence import Sentence
from videogen.evidence.changes import changes_since
from videogen.reports.verify import Verification
from videogen.ui import assumptions_form, loaders, who
from videogen.ui.decision_loaders import Judged
from videogen.ui.loaders import Snapshot


def frozen_decisions(campaign_id: str) -> tuple[FrozenDecision, ...]:
    """Newest first."""
    return _frozen_decisions(loaders.snapshot(), campaign_id)


def changes(judged: Judged) -> tuple[Sentence, ...]:
    """Since the newest frozen decision; none where nothing was frozen yet."""
    known = frozen_decisions(judged.found.campaign.campaign_id)
    return changes_since(known[0], judged.case) if known else ()


def freeze(campaign_id: str, *, signed: str, why: str) -> FrozenDecision:
    """Raises: InvalidInputError, DatabaseFullError, DataFolderUnusableError, NotAllowedError."""
    signed = who.signature(Permission.DECIDE, signed)
    return freeze_decision(
        loaders.application(),
        campaign_id,
        who=signed,
        why=why,
        assumptions=assumptions_form.current(),
        now=loaders.now(),
    )


def bundle_reader(frozen: FrozenDecision) -> Callable[[], BufferedReader] | None:
    """Opens the bundle when it is asked for; None: there is no file."""
    running = loaders.application()
    if frozen.bundle_file is None or not (running.settings.data_dir / frozen.bundle_file).is_file():
        return None
    return partial(_opened, frozen)


def check(frozen: FrozenDecision) -> tuple[Verification, bool]:
    """Raises: NotFoundError, InvalidInputError."""
    return check_frozen(loaders.application(), frozen)


def _opened(frozen: FrozenDecision) -> BufferedReader:
    return bundle_of(loaders.application(), frozen).open("rb")


@st.cache_resource(max_entries=16, show_spinner=False)
def _frozen_decisions(
    key: Snapshot,  # noqa: ARG001 the cache's key
    campaign_id: str,
) -> tuple[FrozenDecision, ...]:
    return tuple(store.frozen_decisions(loaders.application().database, campaign_id))
