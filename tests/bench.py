"""`make bench`: speed of an answer, time to build the index and to start, memory held. Nothing is asserted."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
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
        _row(f"answers only: {name}", [run[name] for run in runs])
    _row("one question, p50 ms", [statistics.median(run["took ms"]) for run in runs])
    _row("one question, p99 ms", [run["took ms"][int(0.99 * len(run["took ms"]))] for run in runs])
    starts = [_playground() for _ in range(5)]
    _row("playground: start to ready s", [start for start, _ in starts])
    _row("playground: resident MiB", [memory for _, memory in starts])


def _row(name: str, values: list[float]) -> None:
    print(f"{name:34} median {statistics.median(values):8.3f}   min {min(values):8.3f}   max {max(values):8.3f}", flush=True)


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


if __name__ == "__main__":
    main()
