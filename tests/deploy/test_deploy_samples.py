"""The samples in docs/deploy do what docs/operations.md promises of them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from videogen.panel.references import LARGEST_MB
from videogen.web.api.stream import HEARTBEAT_S, LONGEST_S

DEPLOY = ROOT / "docs" / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
COMMENT = re.compile(r"#.*")


def block(head: str) -> str:
    """The lines between a block's braces; none of ours has a block within."""
    plain = COMMENT.sub("", NGINX)
    start = plain.index(head + " {")
    return plain[start : plain.index("}", start)]


def test_pages_keep_their_websocket_open() -> None:
    assert "proxy_set_header Upgrade $http_upgrade;" in NGINX
    assert "proxy_set_header Connection $videogen_connection;" in NGINX
    assert "proxy_set_header Host $http_host;" in NGINX
    assert "proxy_read_timeout 1h;" in block("location /")


def test_events_are_neither_held_back_nor_cut_off() -> None:
    events = block("location ~ ^/api/v1/(runs/[^/]+/)?events$")

    assert "proxy_buffering off;" in events
    assert "gzip off;" in events
    assert LONGEST_S <= 3600
    assert HEARTBEAT_S < 60
    assert "proxy_read_timeout 1h;" in events


def test_the_largest_upload_of_a_page_comes_through() -> None:
    found = re.search(r"client_max_body_size (\d+)m;", NGINX)

    assert found is not None
    assert int(found[1]) > LARGEST_MB


def test_addresses_of_clips_are_not_logged_and_no_second_policy_is_set() -> None:
    assert "access_log off;" in NGINX
    assert "add_header" not in COMMENT.sub("", NGINX)
    assert "TLSv1.2 TLSv1.3" in NGINX


def test_the_service_starts_the_app_without_rights_and_not_again_for_a_wrong_setting() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "videogen.service", encoding="utf-8")
    service = unit["Service"]

    assert service["ExecStart"].endswith("python app.py")
    assert service["User"] == "videogen"
    assert service["RestartPreventExitStatus"] == "2 4"
    assert service["UMask"] == "0077"
    assert service["NoNewPrivileges"] == "true"
    assert "VIDEOGEN_LOG_FORMAT=json" in service["Environment"]


def test_nginx_takes_the_sample(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx is not installed here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=videogen.example", "-keyout", str(key), "-out", str(certificate)]
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run([openssl, *made, *subject], check=True, capture_output=True)
    site = NGINX.replace("/etc/videogen/tls/fullchain.pem", str(certificate))
    site = site.replace("/etc/videogen/tls/privkey.pem", str(key))
    whole = tmp_path / "nginx.conf"
    head = f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; events {{}}"
    whole.write_text(f"{head}\nhttp {{\n{site}\n}}\n", encoding="utf-8")

    tried = subprocess.run(
        [nginx, "-t", "-q", "-p", str(tmp_path), "-c", str(whole)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert tried.returncode == 0, tried.stderr
