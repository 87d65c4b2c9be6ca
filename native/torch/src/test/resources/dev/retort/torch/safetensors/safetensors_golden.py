"""Writes the golden files beside it with Python's torch 2.13 and safetensors 0.8:

    python safetensors_golden.py           # all-types.{safetensors,txt}, module.safetensors, module-output.safetensors
    python safetensors_golden.py FILE...   # prints what Python reads in files that Java wrote
"""

import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).parent
INFINITY = float("inf")
NAN = float("nan")


def all_types():
    floats = [0.0, -0.0, 1.5, -2.25, INFINITY, -INFINITY, NAN, 3.140625]
    signed = [0, 1, -1, 100, -128, 127]
    unsigned = [0, 1, 2, 200, 255, 17]
    tensors = {
        "bool": torch.tensor([[True, False, True]]),
        "u8": torch.tensor(unsigned, dtype=torch.uint8),
        "i8": torch.tensor(signed, dtype=torch.int8).reshape(2, 3),
        "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "u16": torch.tensor([0, 65535], dtype=torch.uint16),
        "f16": torch.tensor(floats, dtype=torch.float16).reshape(2, 4),
        "bf16": torch.tensor(floats, dtype=torch.bfloat16).reshape(4, 2),
        "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "u32": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
        "f32": torch.tensor(floats + [1e-45, 3.4028234663852886e38], dtype=torch.float32),
        "c64": torch.tensor([1.5 - 2j, 0 + 1j], dtype=torch.complex64),
        "f64": torch.tensor(floats + [5e-324], dtype=torch.float64),
        "i64": torch.tensor([-(2**63), 2**63 - 1, 0], dtype=torch.int64),
        "u64": torch.tensor([0, 2**53], dtype=torch.uint64),
        "scalar": torch.tensor(-7.5),
        "empty": torch.zeros(0, 3),
        'Größe "1"/\\\t\x1f\x7f\U0001f600': torch.tensor([1.0]),
        # Sorted by code point this follows the name before; by UTF-16 unit it would not.
        "\uff5e": torch.tensor([2.0]),
        "\U0001f600": torch.tensor([3.0]),
    }
    save_file(tensors, FOLDER / "all-types.safetensors", metadata={"format": "pt"})
    with open(FOLDER / "all-types.txt", "w", encoding="utf-8") as out:
        for name, tensor in tensors.items():
            if tensor.is_complex():
                tensor = torch.view_as_real(tensor)
            values = " ".join(java(value) for value in tensor.flatten().tolist())
            shape = " ".join(str(size) for size in tensor.shape)
            print(name, shape, values, sep=";", file=out)


def java(value):
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "True": "1", "False": "0"}.get(
        str(value), str(value)
    )


def module():
    """A convolutional module after two steps of training, and what it answers."""
    torch.manual_seed(3)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 6 * 6, 5),
    )
    images = torch.randn(3, 1, 6, 6)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(images), torch.tensor([0, 2, 4])).backward()
        optimizer.step()
    net.eval()
    save_file(net.state_dict(), FOLDER / "module.safetensors")
    with torch.no_grad():
        save_file({"input": images, "output": net(images)}, FOLDER / "module-output.safetensors")


def show(path):
    with safe_open(path, "pt") as file:
        print(path, file.metadata())
    for name, tensor in load_file(path).items():
        print(repr(name), tensor.dtype, tuple(tensor.shape), tensor.flatten().tolist()[:8])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for argument in sys.argv[1:]:
            show(argument)
    else:
        all_types()
        module()
