"""The app package: valid by Microsoft's own schema, and reproducible."""

import io
import json
import struct
import zipfile
import zlib

import pytest

from bot.teams_dialogs import MESSAGE_ACTIONS
from bot.teams_icons import colour_icon, outline_icon
from bot.teams_package import ACTIONS, COMMANDS, manifest, package
from bot.teams_talk import COMMANDS as UNDERSTOOD
from handlers import home, router
from tests.teams_contract import schema

APP = "5f0c8e2a-6a55-4b5b-9d0e-0d7c1f1b7a11"
URL = "https://lodge.college.example"


def test_the_manifest_is_valid():
    """What is uploaded is what Microsoft's schema of app manifests allows."""
    assert [error.message for error in schema("teams-app-manifest.json").iter_errors(manifest(APP, URL + "/"))] == []


def test_the_colleges_own_pages_are_named():
    """Website, privacy and terms are the college's where it names them, Lodge's own address where not; http is refused."""
    own = manifest(APP, URL, "https://college.example", privacy="https://college.example/privacy/")["developer"]
    assert own["websiteUrl"] == "https://college.example"
    assert own["privacyUrl"] == "https://college.example/privacy"
    assert own["termsOfUseUrl"] == URL
    with pytest.raises(ValueError, match=r"http://college\.example/terms"):
        manifest(APP, URL, terms="http://college.example/terms")


def test_the_package_holds_what_teams_asks_for(tmp_path):
    """A manifest and the two icons it names, and the same bytes each time."""
    package(APP, URL, tmp_path / "one.zip")
    package(APP.upper(), URL, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        named = json.loads(packed.read("manifest.json"))
        assert set(packed.namelist()) == {"manifest.json", *named["icons"].values()}
    assert named["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    assert named["bots"][0]["supportsFiles"] is False


@pytest.mark.parametrize(("icon", "side"), [(colour_icon, 192), (outline_icon, 32)])
def test_an_icon_is_a_png_of_its_size(icon, side):
    """Teams takes a colour icon of 192 pixels and an outline of 32."""
    read = io.BytesIO(icon())
    assert read.read(8) == b"\x89PNG\r\n\x1a\n"
    length, kind = struct.unpack(">I4s", read.read(8))
    assert (kind, struct.unpack(">II", read.read(length)[:8])) == (b"IHDR", (side, side))


def test_the_outline_is_white_on_nothing():
    """Teams asks for an outline in one colour on a transparent ground."""
    data = outline_icon()
    start = data.index(b"IDAT") + 4
    rows = zlib.decompress(data[start : start + struct.unpack(">I", data[start - 8 : start - 4])[0]])
    pixels = [rows[at : at + 4] for row in range(32) for at in range(row * 129 + 1, row * 129 + 129, 4)]
    assert {pixel[:3] for pixel in pixels} == {b"\xff\xff\xff"}
    assert 150 < sum(pixel[3] > 127 for pixel in pixels) < 600


def test_what_the_manifest_offers_is_understood():
    """Every command and every message action in the manifest leads somewhere."""
    assert {command["title"] for command in COMMANDS} <= set(UNDERSTOOD) | set(home.DOORS)
    assert {str(action["id"]) for action in ACTIONS} == set(MESSAGE_ACTIONS)
    assert set(MESSAGE_ACTIONS.values()) <= set(router.PRESSES) | set(router.OPENS)


@pytest.mark.parametrize(("app_id", "url"), [("lodge", URL), (APP, "http://lodge.college.example"), (APP, "https://localhost")])
def test_a_wrong_argument_says_what_to_put_right(app_id, url, tmp_path):
    """An id or an address that Teams would refuse is refused here, and nothing is written."""
    with pytest.raises(ValueError, match=r"is no .*\. (Copy|Give)"):
        package(app_id, url, tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []
