"""Writes encoder.onnx, a sentence encoder for tests: it gives for each token a row of a table, whatever is around it.

Needs Python 3 and NumPy alone.

    python3 make_encoder.py
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "teacher"))
from make_models import OPSET, blob, number, onnx_node, onnx_tensor  # noqa: E402

INT64 = 7
FLOAT = 1
TOKENS = 12
DIMENSIONS = 4


def value(name, kind, axes):
    dims = b"".join(blob(1, number(1, a) if isinstance(a, int) else blob(2, a)) for a in axes)
    return blob(1, name) + blob(2, blob(1, number(1, kind) + blob(2, dims)))


def table():
    """Row t, column d: the fraction of (t + 1) * (d + 2) * 0.37, minus a half; with two decimals it is exact enough."""
    t, d = np.meshgrid(np.arange(TOKENS), np.arange(DIMENSIONS), indexing="ij")
    return np.round(((t + 1) * (d + 2) * 0.37) % 1 - 0.5, 2).astype(np.float32)


def main():
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    graph = blob(1, onnx_node("Gather", ["table", "input_ids"], ["hidden"]))
    graph += blob(2, "encoder") + blob(5, onnx_tensor("table", table()))
    graph += b"".join(blob(11, value(name, INT64, ["batch", "tokens"])) for name in inputs)
    graph += blob(12, value("hidden", FLOAT, ["batch", "tokens", DIMENSIONS]))
    model = number(1, 7) + blob(7, graph) + blob(8, blob(1, "") + number(2, OPSET))
    (HERE / "encoder.onnx").write_bytes(model)
    print(table().tolist())


main()
