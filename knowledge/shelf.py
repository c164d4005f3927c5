"""Where an index is kept between starts, so that it is learnt once for the same words and not at every start.

It stands in `__pycache__` beside the words it was learnt from, as Python's own compiled code does: whoever may write
there may change the words themselves, so it needs no more trust than they do, no setting, and no database. Where nothing
can be written there, every start learns anew. The file is an npz without pickles, named by nothing but its content's key;
one that is broken, or of other words or code, is learnt again and replaced whole.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import Stemmer

from knowledge.encoder import Encoder
from knowledge.index import Index, read, write
from knowledge.taught import NOTHING, Taught, packed, stamp

NAME, MORE = "lodge-index.npz", "lodge-index-taught.npz"
"""The index of the files alone, and of the files with what the policy's owner has taught beside them."""
ENCODED = "encoded-"  # before the name of one that an encoder read for
_PARTS = ("policies", "rulings", "words")
_WITHIN = 300.0  # seconds; a slow machine learns in a tenth of that, and with an encoder in a third
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from knowledge.answer import learn_into; "
    "from knowledge.taught import unpacked; learn_into(*sys.argv[2:4], unpacked(sys.stdin.read()), sys.argv[4])"
)


def key(folder: Path) -> str:
    """A hash of all that an index follows from: the words, the code that learns, and what that is computed with."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    found = sha256(f"{sys.version} {np.__version__} {Stemmer.version()} {sys.byteorder}".encode())
    for path in (*code, *(each for part in _PARTS for each in sorted((folder / part).glob("*")))):
        held = path.read_bytes() if path.is_file() else b""
        found.update(f"\n{path.parent.name}/{path.name} {len(held)}\n".encode() + held)
    return found.hexdigest()


def obtain(
    folder: Path,
    cache: Path | None,
    wanted: str,
    learn: Callable[[], Index],
    taught: Taught = NOTHING,
    encoder: Encoder | None = None,
) -> Index:
    """The index of a folder of words: from the shelf, else learnt in a child, else learnt here.

    A child takes the memory that learning needs away with it when it ends. ``wanted`` is the folder's key from before its
    words were read: where they have changed since, what was read is learnt here, and nothing is kept of it.
    What is taught goes to the child through a pipe; what is kept of it is what an index keeps, and no sentence.
    """
    if key(folder) != wanted:
        return learn()
    shelf, wanted = cache or folder / "__pycache__", stamp(wanted, taught, encoder.key if encoder else "")
    name = f"{ENCODED if encoder else ''}{MORE if any(taught.values()) else NAME}"
    found = read(shelf / name, wanted)
    if found is not None:
        return found
    with suppress(OSError), TemporaryDirectory(prefix="lodge-", dir=_place(shelf)) as made:
        fresh = Path(made) / name
        if (found := _learnt(folder, fresh, wanted, taught, encoder)) is None:
            found = learn()
            write(found, fresh, wanted)
        fresh.replace(shelf / name)
    return found or learn()


def _place(shelf: Path) -> Path | None:
    """Beside where the file will stand, so that it is moved there whole; else wherever temporary files go."""
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="lodge-", dir=shelf):
            return shelf
    except OSError:
        return None


def _learnt(folder: Path, fresh: Path, wanted: str, taught: Taught, encoder: Encoder | None) -> Index | None:
    """The index as a child of this process learns it. Nothing where there can be none, or it did not come through."""
    if not sys.executable:
        return None
    reading = str(encoder.folder) if encoder else ""
    command = [sys.executable, "-c", _CHILD, json.dumps(sys.path), str(folder), str(fresh), reading]
    quiet, lesson = subprocess.DEVNULL, packed(taught).encode()
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, input=lesson, stdout=quiet, stderr=quiet, timeout=_WITHIN, check=True)
    return read(fresh, wanted)
