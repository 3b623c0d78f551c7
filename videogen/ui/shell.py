"""The script behind every page: look, navigation, header; then the page itself."""

from pathlib import Path

import streamlit as st

from videogen.errors import VideogenError
from videogen.ui import entrance, header, markup, notices, parts, style
from videogen.ui.language import t

PAGES = Path(__file__).resolve().parents[2] / "pages"
SCREENS = {
    "decision": ("1_decision.py", ":material/gavel:"),
    "rate": ("2_rate.py", ":material/star_rate:"),
    "create": ("3_create.py", ":material/movie_edit:"),
    "campaigns": ("4_campaigns.py", ":material/grid_view:"),
    "runs": ("5_runs.py", ":material/view_list:"),
    "compare": ("6_compare.py", ":material/compare:"),
    "costs": ("7_costs.py", ":material/payments:"),
    "models": ("8_models.py", ":material/deployed_code:"),
    "panel": ("10_panel.py", ":material/groups:"),
    "system": ("9_system.py", ":material/monitor_heart:"),
    "account": ("11_account.py", ":material/person:"),
}
SHAPE = (
    '<rect x="0" y="3" width="22" height="22" rx="6" fill="#2F7391"/>'
    '<path d="m5.8 14.6 3.9 3.9 7.2-8.6" fill="none" stroke="#fff" stroke-width="2.6" '
    'stroke-linecap="round" stroke-linejoin="round"/>'
)
MARK = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 3 22 22">{SHAPE}</svg>'
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="124" height="28" viewBox="0 0 124 28">'
    f"{SHAPE}"
    '<text x="30" y="20" font-family="Source Sans Pro,system-ui,sans-serif" font-size="18" '
    'font-weight="650" letter-spacing="-.2" fill="#5689A2">videogen</text></svg>'
)

st.set_page_config(page_title=t("app.name"), page_icon=MARK, layout="wide")
st.logo(LOGO, size="medium")
style.apply()
try:
    visitor = entrance.visitor()
except VideogenError as error:
    visitor = None
    notices.show_error(error)
pages = {
    name: st.Page(
        PAGES / file,
        title=t(f"nav.{name}"),
        icon=icon,
        url_path=name,
        default=name == markup.FIRST_SCREEN,
        # The header leads to one's account; what does not open is no use in a menu.
        visibility="visible" if name != "account" and entrance.opens(name, visitor) else "hidden",
    )
    for name, (file, icon) in SCREENS.items()
    if (PAGES / file).exists()
}
page = st.navigation(list(pages.values()), position="hidden" if visitor is None else "top")
if visitor is not None:
    parts.came_in(visitor)
    try:
        header.show()
        asked = next(name for name, one in pages.items() if one is page)
        if entrance.enter(asked, visitor, pages):
            page.run()
    except VideogenError as error:
        notices.show_error(error)
