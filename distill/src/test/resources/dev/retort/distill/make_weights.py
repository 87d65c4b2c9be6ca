"""Writes weights.safetensors, which ModelFilesTest reads: a network in NumPy with its inputs and outputs.

The names are those of the parameters of the same network in DJL. Needs numpy and safetensors.
"""

import numpy as np
from safetensors.numpy import save_file

generator = np.random.default_rng(7)


def normal(*shape):
    return generator.normal(size=shape).astype(np.float32)


weights = {
    "01Linear_weight": normal(5, 4),
    "01Linear_bias": normal(5),
    "02BatchNorm_gamma": normal(5),
    "02BatchNorm_beta": normal(5),
    "02BatchNorm_runningMean": normal(5),
    "02BatchNorm_runningVar": np.abs(normal(5)) + 0.5,
    "04Linear_weight": normal(3, 5),
    "04Linear_bias": normal(3),
}
inputs = normal(6, 4)
wide = {name: array.astype(np.float64) for name, array in weights.items()}
hidden = inputs.astype(np.float64) @ wide["01Linear_weight"].T + wide["01Linear_bias"]
scaled = (hidden - wide["02BatchNorm_runningMean"]) / np.sqrt(wide["02BatchNorm_runningVar"] + 1e-5)
hidden = np.maximum(scaled * wide["02BatchNorm_gamma"] + wide["02BatchNorm_beta"], 0)
outputs = hidden @ wide["04Linear_weight"].T + wide["04Linear_bias"]
save_file({**weights, "inputs": inputs, "outputs": outputs.astype(np.float32)}, "weights.safetensors")
