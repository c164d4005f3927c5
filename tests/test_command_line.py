"""The command line, as somebody types it: what it prints, and how it mends what was typed wrongly."""

import asyncio
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from storage.database import Database
from storage.sealing import Sealer, new_key

HOUSE = Path(__file__).parent.parent
KEYS = ["text", "ruling", "answer", "citations", "flow", "danger", "danger_page", "nearest", "further"]


def lodge(*words, cwd, stdin=None, **env):
    """Run the command in a folder of its own, with nothing set but what is named."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LODGE_", "SLACK_", "TEAMS_"))}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, cwd=cwd, env={**clean, "PYTHONPATH": str(HOUSE), **env}, capture_output=True, text=True, input=stdin, timeout=60
    )


def test_ask_prints_ruling_clause_and_what_to_do(tmp_path, answers):
    """A ruling, the short answer, the clause word for word with its heading, the policy's name and version, what next."""
    done = lodge("ask", "can I friend a former student?", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert words.startswith("NOT ALLOWED")
    for expected in (
        answers.clause("4.6").text,
        "4. Communication with students",
        answers.policy.name,
        answers.policy.version,
        "What to do next",
    ):
        assert expected in words


def test_ask_as_json_keeps_its_contract(tmp_path, answers):
    """One object with these names; quotes are the clause's own words."""
    asked = json.loads(lodge("ask", "--json", "can I friend a former student?", cwd=tmp_path).stdout)
    assert list(asked) == KEYS
    assert asked["ruling"] == "not_allowed"
    assert asked["citations"][0]["clause"] == "4.6"
    assert asked["citations"][0]["quote"] in answers.clause("4.6").text
    assert set(asked["citations"][0]) == {"clause", "heading", "quote", "policy", "version"}


@pytest.mark.parametrize(
    ("text", "ruling", "flow", "danger", "page"),
    [
        ("how many days annual leave do I get?", "not_covered", "ask_marketing", False, False),
        ("hello", "not_covered", None, False, False),
        ("a student has told me she wants to end it all", "required", "report_concern", True, True),
        ("can I set up an Instagram page for the hair and beauty department?", "allowed_if", "request_account", False, False),
        ("a student wants her picture taken off our page", "required", "image_removal", False, False),
    ],
)
def test_json_says_flow_and_danger(tmp_path, text, ruling, flow, danger, page):
    """Each flow has its public name, and danger is told apart from the page that comes first."""
    asked = json.loads(lodge("ask", "--json", text, cwd=tmp_path).stdout)
    assert (asked["ruling"], asked["flow"], asked["danger"], asked["danger_page"]) == (ruling, flow, danger, page)


def test_batch_keeps_the_order_and_goes_on_past_a_bad_line(tmp_path):
    """One line out for each line in, progress on standard error, and an object that says what is wrong with a bad one."""
    lines = [
        '{"text": "can I have a LinkedIn profile?"}',
        "not json",
        '{"text": 7}',
        '{"text": "what about after they leave?", "previous": "can I accept a friend request from a student?"}',
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    done = lodge("ask", "--batch", "questions.jsonl", cwd=tmp_path)
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [each.get("ruling", "error" in each) for each in out] == ["allowed", True, True, "not_allowed"]
    assert "line 2" in out[1]["error"]
    assert "4 of 4" in done.stderr


def test_a_batch_file_that_is_not_there_says_so(tmp_path):
    """A clear error and a status that a script can read."""
    done = lodge("ask", "--batch", "nowhere.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere.jsonl cannot be read" in done.stderr


def test_an_unknown_setting_names_the_nearest(tmp_path):
    """A misspelt setting stops every command, with the name that was meant."""
    done = lodge("check", cwd=tmp_path, LODGE_DATABSE_URL="sqlite:///x.db")
    assert done.returncode == 1
    assert "LODGE_DATABSE_URL is no setting of Lodge. Did you mean LODGE_DATABASE_URL?" in done.stdout


def test_check_goes_line_by_line(tmp_path):
    """Settings, college, roles, policy, cards, database and port each have their line; on a clean machine nothing fails."""
    done = lodge("check", cwd=tmp_path, LODGE_PORT="0")
    assert done.returncode == 0, done.stdout
    for words in ("LODGE_SECRET_KEYS is not set", "Ben Carter", "clauses", "cards", "database", "port"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('members = ["ben@college.example"]', 'members = ["bne@college.example"]', "Did you mean ben@college.example?"),
        ('next = "governors"', 'next = "marketing"', "circle"),
        ("lado =", "ladoo =", "Did you mean lado?"),
        ('answer_within = "2 days"', 'answer_within = "soon"', '"2 days"'),
        ("[college]", "[college", "cannot be read"),
        ('deputies = ["bea@college.example"]\nchannel = "web"\nnext = "principal"', 'channel = "web"', "would reach nobody else"),
    ],
)
def test_a_mistake_in_the_colleges_file_is_named_with_its_mend(tmp_path, old, new, said):
    """Nothing starts on a college's file that is wrong, and the line to mend is named."""
    text = (HOUSE / "bot" / "lodge.example.toml").read_text()
    assert old in text
    (tmp_path / "lodge.toml").write_text(text.replace(old, new, 1))
    done = lodge("check", cwd=tmp_path, LODGE_CONFIG="lodge.toml", LODGE_PORT="0")
    assert done.returncode == 1
    assert said in done.stdout


def test_the_playground_will_not_start_beside_real_credentials(tmp_path):
    """It has no sign-in, so it refuses, naming what is set."""
    done = lodge("playground", cwd=tmp_path, SLACK_BOT_TOKEN="xoxb-1")
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN is set" in done.stderr


def test_the_playground_listens_on_this_computer_only(tmp_path):
    """An address that others could reach is refused."""
    done = lodge("playground", cwd=tmp_path, LODGE_HOST="0.0.0.0")
    assert done.returncode == 2
    assert "no sign-in" in done.stderr


def ready_to_serve(tmp_path, **env):
    """A college's own file and a key, as `serve` wants them."""
    (tmp_path / "lodge.toml").write_text((HOUSE / "bot" / "lodge.example.toml").read_text())
    return {
        "LODGE_CONFIG": "lodge.toml",
        "LODGE_SECRET_KEYS": lodge("keys", cwd=tmp_path).stdout.strip(),
        "LODGE_PORT": "0",
        **env,
    }


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "There is nothing to talk on: set SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP)"),
        ({"TEAMS_APP_ID": "2f9c6f3e-0d2c-4d6f-9f0e-0d5f0c1b2a3d"}, "TEAMS_"),
    ],
)
def test_serve_says_what_is_not_configured(tmp_path, env, said):
    """Nothing to talk on, or a platform half set: the missing setting is named, and nothing starts."""
    done = lodge("serve", cwd=tmp_path, **ready_to_serve(tmp_path, **env))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_manifests_and_the_package_are_printed(tmp_path):
    """What a technician pastes into Slack and uploads to Teams comes from the command line; a bad address is refused."""
    assert "socket_mode_enabled: true" in lodge("manifest", cwd=tmp_path).stdout
    printed = lodge("manifest", "--url", "https://lodge.college.example", cwd=tmp_path).stdout
    assert "https://lodge.college.example/slack/events" in printed
    assert lodge("manifest", "--url", "http://lodge.college.example", cwd=tmp_path).returncode == 2
    env = {"TEAMS_APP_ID": "2f9c6f3e-0d2c-4d6f-9f0e-0d5f0c1b2a3d"}
    packed = lodge("teams-package", "--url", "https://lodge.college.example", "--out", "lodge.zip", cwd=tmp_path, **env)
    assert packed.returncode == 0, packed.stderr
    assert zipfile.is_zipfile(tmp_path / "lodge.zip")


def test_serve_will_not_start_without_keys(tmp_path):
    """No key, no service: nothing could be sealed."""
    done = lodge("serve", cwd=tmp_path)
    assert done.returncode == 2
    assert "LODGE_SECRET_KEYS is not set" in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "sqlite:///"),
        ("sqlite:////proc/nowhere/lodge.db", "name one that Lodge may write"),
        ("postgresql://127.0.0.1:1/none", "reach"),
    ],
)
def test_a_database_that_cannot_be_used_is_named(tmp_path, url, said):
    """A wrong address, a folder that cannot be written and a database that is away each have their own words."""
    done = lodge(
        "playground",
        cwd=tmp_path,
        LODGE_DATABASE_URL=url,
        LODGE_PORT="0",
        LODGE_SECRET_KEYS=lodge("keys", cwd=tmp_path).stdout.strip(),
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_says_where_it_is_and_stops_when_told(tmp_path):
    """The first start makes a key and says so; a second process is told that the port is taken; SIGTERM ends it cleanly."""
    env = {**os.environ, "PYTHONPATH": str(HOUSE), "LODGE_PORT": "0"}
    command = [sys.executable, "-m", "bot", "playground"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        lines: list[str] = []
        while not lines or "http://127.0.0.1:" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        port = lines[-1].split("127.0.0.1:")[1].split("/")[0]
        second = lodge("playground", cwd=tmp_path, LODGE_PORT=port)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 0
        assert time.monotonic() - began < 10
        assert "Lodge has stopped." in process.stdout.read()
    assert any("Made a key" in each for each in lines)
    assert second.returncode == 2
    assert f"Port {port}" in second.stderr


def test_a_card_that_cannot_be_used_stops_the_start_with_its_line(tmp_path):
    """A malformed card or word file is named with its line, in words, by every command that would answer from it."""
    house = tmp_path / "house"
    for room in ("bot", "handlers", "knowledge", "storage"):
        shutil.copytree(HOUSE / room, house / room, ignore=shutil.ignore_patterns("__pycache__"))
    spoilt = {"knowledge/rulings/governance.yml": "ruling: perhaps", "knowledge/words/danger.yml": "narrow: ["}
    for name, words in spoilt.items():
        path = house / name
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole + "\n- " + words + "\n", encoding="utf-8")
        for verb in (["playground"], ["ask", "may I?"]):
            done = lodge(*verb, cwd=tmp_path, PYTHONPATH=str(house), LODGE_PORT="0")
            assert done.returncode == 2, done.stdout + done.stderr
            assert re.search(rf"{path.name}(:\d+|.* line \d+)", done.stderr, re.DOTALL), done.stderr
            assert "Traceback" not in done.stderr
        path.write_text(whole, encoding="utf-8")


ACCOUNTS = """platform,handle,department,curator,deputy,live_on,last_post
Instagram,@wilts_hair,Hair,amira@college.example,bea@college.example,2026-01-10,2026-06-01
Facebook,WiltsSport,Sport,Ben Carter,,2025-02-01,
"""


@pytest.fixture
def office(tmp_path, monkeypatch):
    """The terminal of a college with two accounts in its register: one process starts it, and this one types the rest."""
    settings = {"LODGE_DATABASE_URL": f"sqlite:///{tmp_path}/lodge.db", "LODGE_SECRET_KEYS": new_key()}
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    assert "2 entered" in lodge("register", "import", "accounts.csv", cwd=tmp_path, **settings).stdout
    for name in os.environ:
        if name.startswith(("LODGE_", "SLACK_", "TEAMS_")):
            monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(cli, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    run.folder, run.settings = tmp_path, settings
    return run


def test_the_register_is_imported_once_listed_and_searched(office):
    """Accounts that exist already are entered from a list, twice never, and are found by their words or as CSV."""
    assert "0 entered, 2 were there" in office("register", "import", "accounts.csv").stdout
    assert "@wilts_hair" in office("register").stdout
    found = office("register", "--find", "hair").stdout
    assert "@wilts_hair" in found
    assert "WiltsSport" not in found
    rows = list(csv.DictReader(io.StringIO(office("register", "--csv", "--state", "live").stdout)))
    assert {row["curator"] for row in rows} == {"amira@college.example", "ben@college.example"}
    assert "ACC-0001" in office("cases").stdout
    assert "No cases." in office("cases", "--kind", "marketing").stdout


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("cases", "--kind", "acount"), "account"),
        (("cases", "--role", "marketin"), "marketing"),
        (("register", "--state", "quite"), "quiet"),
    ],
)
def test_a_misspelt_filter_is_named_with_what_was_meant(office, words, meant):
    """A filter that can find nothing says so, and does not look like an empty list."""
    done = office(*words)
    assert done.exit_code == 2
    assert f"Did you mean {meant}?" in done.stderr


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Instagram,@x,Hair,nobody at all,,2026-01-10,", "line 2: curator"),
        ("Instagram,@x,Hair,amira@college.example,,10/01/2026,", "year-month-day"),
        ("Instagram,@x,Hair,amira@college.example,amira@college.example,2026-01-10,", "same person"),
        ("Instagram,,Hair,amira@college.example,,2026-01-10,", "handle is empty"),
        ("Instagram,@x,password: Sunny2Day!,amira@college.example,,2026-01-10,", "department looks as if"),
    ],
)
def test_a_list_with_a_mistake_enters_nothing(office, line, why):
    """Every mistake is named with its line, and nothing of the file is entered."""
    head = ACCOUNTS.splitlines()[0]
    (office.folder / "more.csv").write_text(
        f"{head}\n{line}\nTikTok,@new,Art,bea@college.example,,2026-01-10,\n", encoding="utf-8"
    )
    done = office("register", "import", "more.csv")
    assert done.exit_code == 2
    assert why in done.stderr
    assert "Nothing was entered" in done.stderr
    assert "@new" not in office("register").stdout


def test_a_list_of_another_shape_is_refused(office):
    """A column that is missing or not known is named, and so is a file that is none."""
    (office.folder / "odd.csv").write_text("platform,colour\nInstagram,red\n", encoding="utf-8")
    assert "'colour' is not known" in office("register", "import", "odd.csv").stderr
    assert "cannot be read" in office("register", "import", "nowhere.csv").stderr


def test_an_absence_and_a_leaver_from_the_terminal(office):
    """What a member can say with a button, the terminal can say for them; what makes no sense is refused in words."""
    assert "recorded as away" in office("away", "ben@college.example", "2099-12-01", "2099-12-04").stdout
    assert "do not fit" in office("away", "ben@college.example", "2099-12-04", "2099-12-01").stderr
    assert "year-month-day" in office("away", "ben@college.example", "soon", "later").stderr
    assert "hold a role" in office("away", "amira@college.example", "2099-12-01", "2099-12-04").stderr
    assert "ACC-0001" in office("leaver", "amira@college.example").stdout
    assert "handover" in office("register").stdout
    assert "answers for no account" in office("leaver", "zoe@college.example").stderr


def test_a_drill_is_sent_and_reported_from_the_terminal(office):
    """It prints a reference for each role; until Lodge runs nothing is delivered, and the report says so."""
    sent = office("drill")
    assert sent.exit_code == 0, sent.stderr
    assert re.findall(r"DRL-\d+ +(\w+)", sent.stdout) == ["marketing", "hr", "safeguarding", "principal", "governors"]
    report = office("drill", "--report").stdout
    for words in ("DRL-0003", "Safeguarding", "not tried yet (is Lodge running?)", "nobody yet"):
        assert words in report
    (one,) = json.loads(office("drill", "--report", "--role", "hr", "--json").stdout)
    assert list(one) == ["reference", "role", "title", "sent", "delivered", "why", "in_person", "opened"]
    assert (one["reference"], one["delivered"], one["opened"]) == ("DRL-0002", False, [])
    assert "DRL-" not in office("cases", "--all").stdout
    assert office("cases", "--kind", "drill").stdout.count("Drill") == 5


def test_a_drill_sends_nothing_by_mistake(office):
    """A second within ten minutes, a reference without --report and a misspelt role are each refused, and nothing is sent."""
    assert "Did you mean safeguarding?" in office("drill", "--role", "safegarding").stderr
    assert "Nothing was sent" in office("drill", "DRL-0001").stderr
    assert office("drill", "--role", "safeguarding", "--json").stdout == '[{"reference": "DRL-0001", "role": "safeguarding"}]\n'
    again = office("drill")
    assert again.exit_code == 2
    assert "Safeguarding had DRL-0001" in again.stderr
    assert "within ten minutes" in again.stderr
    assert office("cases", "--kind", "drill").stdout.count("DRL-") == 1


def test_a_running_lodge_delivers_a_drill(office):
    """What the terminal owes, the Lodge that runs beside it delivers by itself."""
    env = {**os.environ, "PYTHONPATH": str(HOUSE), "LODGE_PORT": "0", **office.settings}
    command = [sys.executable, "-m", "bot", "playground"]
    with subprocess.Popen(command, cwd=office.folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert any("http://127.0.0.1:" in line for line in iter(process.stdout.readline, ""))
            office("drill")
            reports = (json.loads(office("drill", "--report", "--json").stdout) for _ in range(20))
            assert any(all(each["delivered"] for each in report) for report in reports)
        finally:
            process.terminate()


def test_the_policys_open_questions_are_printed(tmp_path, answers):
    """Each with its clauses and its cards, once; as JSON too, for whoever keeps a list of them."""
    listed = json.loads(lodge("policy", "open-questions", "--json", cwd=tmp_path).stdout)
    assert {name for each in listed for name in each["cards"]} == {card.id for card in answers.cards if card.open}
    assert len({each["question"] for each in listed}) == len(listed)
    assert all(list(each) == ["clauses", "question", "ask", "cards"] and each["clauses"] for each in listed)
    printed = " ".join(lodge("policy", "open-questions", cwd=tmp_path).stdout.split())
    assert [each["question"] for each in listed if each["question"] not in printed] == []


def test_a_handle_is_looked_at_from_the_terminal(tmp_path):
    """The policy's own example is not acceptable, and the clause is quoted."""
    done = " ".join(lodge("handle", "@MeWiltsColl", cwd=tmp_path).stdout.split())
    assert "MIRRORS THE COLLEGE'S NAME" in done
    assert "@MeWiltsColl would not be acceptable" in done


async def taught(office):
    """What somebody missed, and what the policy's owner decided of it."""
    database = await Database.open(office.settings["LODGE_DATABASE_URL"], Sealer.parse(office.settings["LODGE_SECRET_KEYS"]))
    async with database.begin() as work:
        known, waiting = await work.put_missed("is the parrot forum fine"), await work.put_missed("may I whistle online")
        await work.decide_missed(
            await work.missed(known),
            actor="ben@college.example",
            state="taught",
            card="linkedin-profile",
            phrasing="parrots then?",
        )
    await database.close()
    return known, waiting


def test_what_was_missed_is_listed_and_what_was_taught_is_written_into_the_files(office):
    """The words and the day are listed and nobody is named; what is taught goes into a copy of the files, once."""
    known, waiting = asyncio.run(taught(office))
    listed = json.loads(office("cards", "missed", "--json").stdout)
    assert {(each["id"], each["state"], each["question"]) for each in listed} == {
        (known, "taught", "is the parrot forum fine"),
        (waiting, "open", "may I whistle online"),
    }
    assert "ben@" not in office("cards", "missed").stdout
    copy = office.folder / "copy"
    for part in ("rulings", "words"):
        shutil.copytree(HOUSE / "knowledge" / part, copy / part)
    first = lodge("cards", "export", "--into", str(copy), cwd=office.folder, **office.settings)
    assert "linkedin-profile: 1 added." in first.stdout
    assert "parrots then?" in (copy / "rulings" / "platforms.yml").read_text(encoding="utf-8")
    assert "1 there already" in office("cards", "export", "--into", str(copy)).stdout
