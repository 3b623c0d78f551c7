"""The look of the risks and the phases, which only the Decision page shows."""

import streamlit as st

SHEET = """
.vg-risks { border-top: 1px solid var(--vg-line); }
.vg-risk { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 3fr); gap: .5rem 1.5rem;
  padding: .875rem 0; border-bottom: 1px solid var(--vg-line); }
.vg-risk h3, .vg-phase h3 { font-size: .9375rem; font-weight: 600; padding: 0;
  margin: 0 0 .25rem; }
.vg-risks .vg-risk .vg-task, .vg-risks .vg-risk .vg-told { margin: 0 0 .25rem; }
.vg-risk > div:first-child > p { margin: .375rem 0 0; }
.vg-risk .vg-told { font-size: .8125rem; color: var(--vg-soft); line-height: 1.45;
  padding-left: 1.75rem; }
.vg-risk summary, .vg-phase summary, .vg-lead summary { cursor: pointer; color: var(--vg-soft); }
.vg-risk dl { margin: .5rem 0 0; line-height: 1.5; }
.vg-risk dt { color: var(--vg-soft); font-weight: 400; }
.vg-risk dd { margin: 0 0 .375rem; }
.vg-phase p { line-height: 1.45; font-size: .875rem; }
.vg-phase .vg-task { margin: 0 0 .5rem; }
@media (max-width: 640px) { .vg-risk { grid-template-columns: minmax(0, 1fr); } }
"""


def apply() -> None:
    """Once where one of them is shown; a second time changes nothing."""
    st.html(f"<style>{SHEET}</style>")
