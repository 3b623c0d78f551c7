"""Why a back end takes no new runs, as the header, the System page and the Create page say it."""

from videogen.domain.condition import BackendKind
from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.server import BackendHold, HoldKind
from videogen.ui import language, loaders, notices
from videogen.ui.language import t


def state(status: BackendStatus, hold: BackendHold | None) -> str:
    """One word of how it stands; a server that does not answer is down, held or not."""
    if status.light is BackendLight.DOWN and status.reason:
        return notices.reason(status.reason)
    if is_shown(status, hold) and hold is not None:
        return t(f"hold.{hold.kind.value}")
    return t(f"light.{status.light.value}")


def is_shown(status: BackendStatus, hold: BackendHold | None) -> bool:
    return hold is not None and status.light in (BackendLight.UP, BackendLight.BUSY)


def reason(hold: BackendHold) -> str:
    """A failure in words, or what the person wrote who paused it."""
    return language.t_or(f"failure.{hold.reason}", hold.reason)


def sentence(hold: BackendHold) -> str:
    """Such as "paused by nok (new driver)"."""
    word = t(f"hold.{hold.kind.value}")
    if hold.who:
        word = t("hold.kind_by", kind=word, who=hold.who)
    return f"{word} ({reason(hold)})" if hold.reason else word


def own_gpu() -> str | None:
    """Why the rules pass our own card by; None while one takes runs or none is attached."""
    statuses = loaders.header_state().statuses
    own = [one for one in statuses if one.kind == BackendKind.COMFY.value]
    known = loaders.holds()
    held = [known[one.name] for one in own if one.name in known]
    if not held or len(held) < len(own):
        return None
    hold = held[0]
    if hold.kind is HoldKind.PAUSED and hold.reason:
        return t("auto.gpu_paused", reason=hold.reason)
    return t("auto.gpu_held", held=sentence(hold))
