"""Pages as a visitor gets them: the real shell script, in one language, at one address."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from videogen.texts import t

ROOT = Path(__file__).resolve().parents[2]
SHELL = ROOT / "videogen" / "ui" / "shell.py"
PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))


def visit(page: str = "1_decision.py", *, lang: str = "en", **query: str) -> AppTest:
    """Raises: AssertionError: the page shows an exception."""
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params = {"lang": lang, **query}
    app.switch_page(str(ROOT / "pages" / page)).run()
    return checked(app)


def checked(app: AppTest) -> AppTest:
    assert not app.exception, [one.value for one in app.exception]
    return app


def words(app: AppTest) -> str:
    """Everything that the page says, markup included."""
    shown = [*app.get("html"), *app.markdown, *app.caption, *app.title, *app.header, *app.subheader]
    said = [str(getattr(one, "value", "") or one.proto.body) for one in shown]
    alerts = [*app.error, *app.info, *app.warning, *app.success]
    said += [f"{one.proto.title} {one.value}" for one in alerts]
    said += [button.label for button in app.button]
    return read("\n".join(text for text in said if not text.startswith("<style")))


def read(shown: str) -> str:
    """As a person reads it: no script, nothing that keeps Markdown or lines from being one."""
    said = re.sub("<script>.*?</script>", "", shown, flags=re.DOTALL)
    return said.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def labelled(app: AppTest, key: str, lang: str = "en") -> Button:
    """The button that says the text of `key`; a form's submit button has no key of its own."""
    (found,) = (one for one in app.button if one.label == t(key, lang))
    return found
