"""Adding a prompt suite, beside planning a campaign with it."""

import streamlit as st

from videogen.bootstrap.suites import HASH_CHARACTERS, OTHER_CONTENT, AddedSuite
from videogen.catalogue import MAX_SUITE_BYTES
from videogen.domain.prompt import PromptSuite
from videogen.errors import InvalidInputError, VideogenError
from videogen.ui import markup, notices, plan_loaders
from videogen.ui.language import t

CHOSEN = "plan_suite"  # the field of the plan above
SAID = "suites_said"
REFUSED = "suites_refused"
WAITING = "suites_waiting"  # a file whose name and version stand for another content
N_ADDED = "suites_n_added"  # a new field after each upload: the old file must not stay in it


def facts(suite: PromptSuite) -> str:
    """How many prompts, and which content."""
    return t(
        "suites.facts",
        n_prompts=len(suite.prompts),
        n_training=len(suite.training),
        content_sha256=suite.content_sha256[:HASH_CHARACTERS],
    )


def ask() -> None:
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(markup.as_text(said), icon=":material/check_circle:")
    with st.expander(t("suites.add"), icon=":material/playlist_add:"):
        st.caption(t("suites.intro"))
        st.download_button(
            t("suites.example"),
            plan_loaders.suite_example(),
            file_name="suite_example.toml",
            mime="application/toml",
            icon=":material/download:",
            type="tertiary",
            key="suite_example",
        )
        with st.form("suite", clear_on_submit=False, border=False):
            st.file_uploader(
                t("suites.file"),
                type=["toml"],
                key=_field(),
                max_upload_size=max(1, MAX_SUITE_BYTES // 1_000_000),
            )
            st.form_submit_button(t("suites.save"), on_click=_add)
        waiting = st.session_state.get(WAITING)
        if waiting is not None:
            _ask_replace(*waiting)
        refused = st.session_state.pop(REFUSED, None)
        if isinstance(refused, VideogenError):
            notices.show_error(refused)
        elif refused is not None:
            st.warning(refused, icon=":material/upload_file:")


def _add() -> None:
    """Before the page is drawn: the plan above can then choose the new suite."""
    upload = st.session_state.get(_field())
    st.session_state.pop(WAITING, None)
    if upload is None:
        st.session_state[REFUSED] = t("suites.no_file")
        return
    _keep(upload.getvalue(), upload.name)


def _ask_replace(content: bytes, file_name: str, refused: InvalidInputError) -> None:
    """Nothing that stands is overwritten before a person has said so."""
    notices.show_error(refused)
    st.button(
        t("suites.replace", suite_id=refused.value),
        on_click=_replace,
        args=(content, file_name),
        icon=":material/swap_horiz:",
        key="suite_replace",
    )


def _replace(content: bytes, file_name: str) -> None:
    st.session_state.pop(WAITING, None)
    _keep(content, file_name, is_replacing=True)


def _keep(content: bytes, file_name: str, *, is_replacing: bool = False) -> None:
    try:
        added = plan_loaders.add_suite(content, file_name, is_replacing=is_replacing)
    except InvalidInputError as error:
        if error.problem == OTHER_CONTENT:
            st.session_state[WAITING] = (content, file_name, error)
        else:
            st.session_state[REFUSED] = error
        return
    except VideogenError as error:
        st.session_state[REFUSED] = error
        return
    suite = added.suite
    st.session_state[SAID] = t(
        _outcome(added),
        suite_id=suite.suite_id,
        n_prompts=len(suite.prompts),
        n_training=len(suite.training),
        old=(added.replaced_sha256 or "")[:HASH_CHARACTERS],
        content_sha256=suite.content_sha256[:HASH_CHARACTERS],
    )
    st.session_state[CHOSEN] = suite.suite_id
    st.session_state[N_ADDED] = st.session_state.get(N_ADDED, 0) + 1


def _outcome(added: AddedSuite) -> str:
    if added.replaced_sha256 is not None:
        return "suites.replaced"
    return "suites.added" if added.is_new else "suites.known"


def _field() -> str:
    return f"suite_file_{st.session_state.get(N_ADDED, 0)}"
