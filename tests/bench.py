"""`make bench`: speed of an answer, time to build the index and to start, memory held, and the cost of an answer in Slack
and Teams beside their frameworks' own echo bots. Nothing is asserted."""

import asyncio
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable
from pathlib import Path

HOUSE = Path(__file__).parent.parent
QUESTIONS = (
    "can I friend a former student?",
    "what is the best time to post on instagram",
    "do i need permission b4 creating a tiktok for construction",
    "a student has told me she wants to end it all",
    "can I put a clip of my class messing about at the xmas party on tiktok, and can the parents see it?",
)
IN_PROCESS = """
import json, resource, sys, time
started = time.perf_counter()
from knowledge.answer import Answers
imported = time.perf_counter()
answers = Answers.load()
built = time.perf_counter()
texts, took = json.loads(sys.argv[1]), []
for turn in range(400):
    text = texts[turn % len(texts)]
    began = time.perf_counter()
    answers.answer(text)
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps({"import s": imported - started, "index s": built - imported, "took ms": sorted(took),
                  "memory MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> None:
    """Print each figure as the median of five fresh processes, with the smallest and the largest."""
    runs = [_in_process() for _ in range(5)]
    for name in ("import s", "index s", "memory MiB"):
        row(f"answers only: {name}", [run[name] for run in runs])
    row("one question, p50 ms", [statistics.median(run["took ms"]) for run in runs])
    row("one question, p99 ms", [run["took ms"][int(0.99 * len(run["took ms"]))] for run in runs])
    starts = [_playground() for _ in range(5)]
    row("playground: start to ready s", [start for start, _ in starts])
    row("playground: resident MiB", [memory for _, memory in starts])
    for surface in ("slack", "teams"):
        subprocess.run([sys.executable, "-W", "ignore", "-m", f"tests.{surface}_bench"], cwd=HOUSE, check=True)


def _in_process() -> dict:
    run = subprocess.run([sys.executable, "-c", IN_PROCESS, json.dumps(QUESTIONS)], cwd=HOUSE, capture_output=True, check=True)
    return json.loads(run.stdout)


def _playground() -> tuple[float, float]:
    """Seconds from the start of the process to the line that says where it is, and its memory after one question."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "LODGE_PORT": "0", "LODGE_DATABASE_URL": f"sqlite:///{folder}/lodge.db", "LODGE_LOG_LEVEL": "error"}
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "bot", "playground"], cwd=HOUSE, env=env, stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                if "http://" in line:
                    break
            ready = time.perf_counter() - began
            urllib.request.urlopen(line[line.index("http://") :].split()[0]).read()
            memory = int(
                next(each for each in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmRSS" in each).split()[1]
            )
            process.terminate()
        return ready, memory / 1024


def row(name: str, values: list[float]) -> None:
    """One figure: its median, the smallest and the largest."""
    found = (statistics.median(values), min(values), max(values))
    print("{:62} median {:8.3f}   min {:8.3f}   max {:8.3f}".format(name, *found), flush=True)


def environment(surface: str, folder: str, port: int) -> dict[str, str]:
    """What `lodge serve` needs besides a platform's credentials, with every role's channel on that surface."""
    from bot.college import EXAMPLE
    from storage.sealing import new_key

    example = EXAMPLE.read_text(encoding="utf-8")
    roles = re.sub(r'(\[roles\.(\w+)\][^\[]*?channel = )"web"', lambda role: f'{role[1]}"{surface}:C{role[2].upper()}"', example)
    config = Path(folder) / "lodge.toml"
    config.write_text(roles, encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LODGE_", "SLACK_", "TEAMS_"))}
    database = {"LODGE_DATABASE_URL": f"sqlite:///{folder}/lodge.db", "LODGE_SECRET_KEYS": new_key()}
    return (
        kept
        | database
        | {"LODGE_CONFIG": str(config), "LODGE_PORT": str(port), "ECHO_PORT": str(port), "LODGE_LOG_LEVEL": "error"}
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def opened(port: int) -> None:
    """Wait until something listens there."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


async def started(process: asyncio.subprocess.Process, answering: Awaitable[object]) -> None:
    """Wait until a bot takes things in. Raises `RuntimeError` where its process ends instead."""
    tasks = asyncio.ensure_future(answering), asyncio.ensure_future(process.wait())
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if tasks[1].done():
        raise RuntimeError("a bot did not start")
    tasks[1].cancel()


def cpu(pid: int) -> float:
    """Seconds that all threads of a process have run."""
    found = [each.read_text(encoding="ascii") for each in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(each.split()[0]) for each in found) / 1e9


def rss(pid: int) -> float:
    """MiB of resident memory."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
