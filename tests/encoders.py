"""A tiny encoder of the real form: an ONNX model and its tokens, in which words that mean the same point the same way."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WIDTH = 16


def make(folder: Path, same: Mapping[str, str]) -> Path:
    """An encoder that knows some words, each named with the word that it means the same as; all others say nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    words = sorted({*same, *same.values()})
    meant = np.random.default_rng(7).normal(size=(len(words) + 1, WIDTH)).astype(np.float32)
    meant[-1] = 0.01
    for word, other in same.items():
        meant[words.index(word)] = meant[words.index(other)]
    tokens = Tokenizer(models.WordLevel({**{word: at for at, word in enumerate(words)}, "?": len(words)}, unk_token="?"))
    tokens.normalizer = normalizers.Lowercase()
    tokens.pre_tokenizer = pre_tokenizers.Whitespace()
    tokens.save(str(folder / "tokenizer.json"))
    inputs = [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["batch", "length"]) for name in ("input_ids",)]
    output = helper.make_tensor_value_info("last_hidden_state", onnx.TensorProto.FLOAT, ["batch", "length", WIDTH])
    gather = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([gather], "tiny", inputs, [output], [numpy_helper.from_array(meant, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    return folder
