"""In the place of a form that a visitor may not use: who may."""

import streamlit as st

from videogen.access import ROLE_PERMISSIONS
from videogen.domain.access import Permission, Role
from videogen.ui import markup, who
from videogen.ui.language import t


def offers(permission: Permission) -> bool:
    """Whether the form is drawn; where its absence would puzzle, who uses it is said instead."""
    if who.may(permission):
        return True
    able = [t(f"role.{one.value}") for one in Role if permission in ROLE_PERMISSIONS[one]]
    said = t("allowed.only", what=t(f"permission.{permission.value}"), roles=", ".join(able))
    st.caption(markup.as_text(said))
    return False
