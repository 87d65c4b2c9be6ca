"""Writes the models that the tests of teachers load, and what they must give.

A perceptron 4-5-3 with ReLU, once as ONNX and once as TorchScript, whose second output is the hidden layer; the
same as ONNX with a softmax at its end; a TorchScript module that counts its passes in a buffer; and a table of soft
labels as NumPy stores one. Needs Python 3 and NumPy alone: the containers are written here byte by byte, after the
ONNX protocol buffer schema (onnx.proto3) and the layout of TorchScript archives (a stored zip of pickles and code).

    python3 make_models.py
"""

import json
import struct
import zipfile

import numpy as np

OPSET = 13
FLOAT = 1


def varint(value):
    out = b""
    while True:
        out += bytes([value & 0x7F | (0x80 if value > 0x7F else 0)])
        value >>= 7
        if not value:
            return out


def number(field, value):
    return varint(field << 3) + varint(value)


def blob(field, value):
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def onnx_tensor(name, array):
    dims = b"".join(number(1, d) for d in array.shape)
    return dims + number(2, FLOAT) + blob(8, name) + blob(9, array.astype("<f4").tobytes())


def onnx_value(name, width):
    dims = blob(1, blob(2, "batch")) + blob(1, number(1, width))
    return blob(1, name) + blob(2, blob(1, number(1, FLOAT) + blob(2, dims)))


def onnx_node(operation, inputs, outputs, attributes=b""):
    names = b"".join(blob(1, i) for i in inputs) + b"".join(blob(2, o) for o in outputs)
    return names + blob(3, outputs[0]) + blob(4, operation) + attributes


def gemm(inputs, output):
    # transB = 1: weights have the shape (outputs, inputs), as in torch.
    attribute = blob(5, blob(1, "transB") + number(3, 1) + number(20, 2))
    return onnx_node("Gemm", inputs, [output], attribute)


def onnx_model(weights, softmax):
    logits = "scores" if softmax else "logits"
    nodes = [
        gemm(["x", "w1", "b1"], "sum"),
        onnx_node("Relu", ["sum"], ["hidden"]),
        gemm(["hidden", "w2", "b2"], logits),
    ]
    outputs = [onnx_value("logits", 3), onnx_value("hidden", 5)]
    if softmax:
        nodes.append(onnx_node("Softmax", ["scores"], ["probabilities"]))
        outputs = [onnx_value("probabilities", 3)]
    graph = b"".join(blob(1, n) for n in nodes) + blob(2, "perceptron")
    graph += b"".join(blob(5, onnx_tensor(name, w)) for name, w in weights.items())
    graph += blob(11, onnx_value("x", 4)) + b"".join(blob(12, o) for o in outputs)
    return number(1, 7) + blob(2, "make_models.py") + blob(7, graph) + blob(8, number(2, OPSET))


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def integer(value):
    return b"J" + struct.pack("<i", value)


def pickled_tensor(place, array):
    strides = [s // array.itemsize for s in array.strides]
    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(place)) + text("cpu")
    storage += integer(array.size) + b"tQ"
    size = b"(" + b"".join(map(integer, array.shape)) + b"t"
    stride = b"(" + b"".join(map(integer, strides)) + b"t"
    hooks = b"ccollections\nOrderedDict\n)R"
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + integer(0) + size + stride + b"\x89" + hooks + b"tR"
    )


def torch_script(path, code, tensors):
    """A module __torch__.Net in evaluation mode whose attributes are tensors."""
    state = b"\x80\x02c__torch__\nNet\n)\x81}("
    for place, (name, array) in enumerate(tensors.items()):
        state += text(name) + pickled_tensor(place, array)
    state += text("training") + b"\x89ub."
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:

        def entry(name, data):
            archive.writestr(zipfile.ZipInfo("net/" + name, (1980, 1, 1, 0, 0, 0)), data)

        entry("data.pkl", state)
        entry("code/__torch__.py", code)
        entry("constants.pkl", b"\x80\x02).")
        for place, array in enumerate(tensors.values()):
            entry("data/%d" % place, array.astype("<f4").tobytes())
        entry("version", b"3\n")


PERCEPTRON = """class Net(Module):
  __parameters__ = ["w1", "b1", "w2", "b2", ]
  __buffers__ = []
  w1 : Tensor
  b1 : Tensor
  w2 : Tensor
  b2 : Tensor
  training : bool
  def forward(self: __torch__.Net,
    x: Tensor) -> Tuple[Tensor, Tensor]:
    hidden = torch.relu(torch.linear(x, self.w1, self.b1))
    logits = torch.linear(hidden, self.w2, self.b2)
    return (logits, hidden)
"""

COUNTER = """class Net(Module):
  __parameters__ = ["w", ]
  __buffers__ = ["passes", ]
  w : Tensor
  passes : Tensor
  training : bool
  def forward(self: __torch__.Net,
    x: Tensor) -> Tensor:
    _0 = torch.add_(self.passes, 1)
    return torch.matmul(x, self.w)
"""


def main():
    random = np.random.default_rng(5)
    shapes = {"w1": (5, 4), "b1": (5,), "w2": (3, 5), "b2": (3,)}
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    x = random.normal(size=(6, 4)).astype(np.float32)
    wide = {name: array.astype(np.float64) for name, array in weights.items()}
    hidden = np.maximum(x.astype(np.float64) @ wide["w1"].T + wide["b1"], 0)
    logits = hidden @ wide["w2"].T + wide["b2"]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)

    with open("perceptron.onnx", "wb") as file:
        file.write(onnx_model(weights, softmax=False))
    with open("perceptron-softmax.onnx", "wb") as file:
        file.write(onnx_model(weights, softmax=True))
    torch_script("perceptron.pt", PERCEPTRON, weights)
    torch_script("counter.pt", COUNTER, {"w": weights["w1"].T[:, :3].copy(), "passes": np.zeros(1, np.float32)})
    np.savez("soft-labels.npz", probabilities=probabilities.astype(np.float32))
    with open("perceptron.json", "w") as file:
        expected = {"x": x, "logits": logits, "hidden": hidden, "probabilities": probabilities}
        json.dump({name: array.tolist() for name, array in expected.items()}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
