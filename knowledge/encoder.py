"""The optional encoder: what a text means as a direction, from a small ONNX model that somebody installed.

It sees that two texts mean the same where they share no word. Without one, or where it cannot run, Lodge answers from
words alone. The model runs in this process; no text leaves it, and nothing is fetched.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from os import cpu_count
from pathlib import Path

import numpy as np

from knowledge.features import Floats

MODEL, TOKENS = "model.onnx", "tokenizer.json"
"""The two files an encoder is made of, by the names that such models are published under."""
EXTRA = "pip install 'lodge[semantic]'"
_LONGEST = 128  # tokens; what follows is not read by the encoder, while words are read to the end


class EncoderError(Exception):
    """An encoder cannot be used: why, and what to do."""


class Encoder:
    """Texts as directions of length one. The same text always has the same one, whatever was read beside it."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds `MODEL` and `TOKENS`. Raises `EncoderError` where they cannot be run."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EncoderError(f"{error.name} is not installed. Run {EXTRA}.") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            held = [(folder / name).read_bytes() for name in (MODEL, TOKENS)]
            self._session = onnxruntime.InferenceSession(held[0], options, providers=["CPUExecutionProvider"])
            self._tokens = Tokenizer.from_str(held[1].decode())
            self._inputs = [each.name for each in self._session.get_inputs()]
            self._tokens.enable_truncation(_LONGEST)
            self._tokens.no_padding()
            self.width = len(self("What does the policy say?"))
        except Exception as error:  # neither library names its errors; whatever they say, the encoder is not to be used
            raise EncoderError(f"{folder} holds no encoder that runs here ({_first(error)}). Install it again.") from None
        self.folder = folder
        self.key = sha256(b"".join(sha256(each).digest() for each in held)).hexdigest()

    def __call__(self, text: str) -> Floats:
        """One text, in a few milliseconds."""
        ids = np.array([self._tokens.encode(text).ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        found = np.asarray(self._session.run(None, {name: feed[name] for name in self._inputs})[0], np.float32)[0]
        middle: Floats = found.mean(axis=0) if found.ndim == 2 else found
        return middle / np.float32(max(float(np.linalg.norm(middle)), 1e-9))

    def all(self, texts: Sequence[str]) -> list[Floats]:
        """Many texts, each by itself: read together, a model of small whole numbers would round each by its neighbours."""
        with ThreadPoolExecutor(cpu_count()) as pool:
            return list(pool.map(self, texts))


def installed(folder: Path) -> bool:
    """Whether somebody put an encoder there."""
    return (folder / MODEL).exists()


def _first(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}" if str(error).strip() else type(error).__name__
