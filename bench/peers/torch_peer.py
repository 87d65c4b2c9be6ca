"""The Python side of the benchmarks: PyTorch eager, on the CPU or a CUDA device.

    python torch_peer.py [--case CASE]... [--threads N] [--seconds S] [--device cpu] [--versions]
                         [--turns N --socket PATH]

Prints one JSON object: the machine, the versions, the threads, and for each case the median, the quartiles and the
number of steps in microseconds. The networks, batches and losses are those of dev.retort.bench.Workload.
`retort bench training` feeds this script to a Python by standard input, and reads what it prints. `compare.py` gives it
its turns on a socket: a byte sent says that it is ready for one, a byte received that it may measure.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import sys
import time

import torch
from torch import nn


class Mean(nn.Module):
    def forward(self, tokens):
        return tokens.mean(1)


def mlp(inputs, hidden, classes):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, classes))


def convolutional():
    """Two 3x3 convolutions with batch normalisation and pooling, one hidden layer: 106,010 parameters."""

    def stage(channels_in, channels_out):
        return [
            nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]

    return nn.Sequential(
        *stage(1, 16), *stage(16, 32), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10)
    )


def encoder():
    """Four post-norm layers of width 128, 4 heads and 512 hidden units; the mean token is classified."""
    layer = nn.TransformerEncoderLayer(128, 4, 512, dropout=0.1, activation="relu", batch_first=True)
    return nn.Sequential(nn.TransformerEncoder(layer, 4, enable_nested_tensor=False), Mean(), nn.Linear(128, 10))


# name: (network, shape of a batch, classes)
NETWORKS = {
    "MLP_784_256_10": (lambda: mlp(784, 256, 10), (128, 784), 10),
    "MLP_16_32_4": (lambda: mlp(16, 32, 4), (8, 16), 4),
    "CNN": (convolutional, (128, 1, 28, 28), 10),
    "ENCODER": (encoder, (8, 128, 128), 10),
}
OPTIMIZERS = {"fused": {"fused": True}, "foreach": {"foreach": True}, "default": {"foreach": False}}


def training_step(name, optimizer, device, channels_last=False):
    torch.manual_seed(1)
    network, shape, classes = NETWORKS[name]
    net = network().to(device).train()
    images = torch.randn(shape, device=device)
    if channels_last:
        net = net.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    labels = torch.randint(classes, shape[:1], device=device)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, **OPTIMIZERS[optimizer])
    cross_entropy = nn.CrossEntropyLoss()

    def step():
        adam.zero_grad()
        loss = cross_entropy(net(images), labels)
        loss.backward()
        adam.step()

    return step


def binary_operation(device):
    a = torch.ones(1, device=device)
    b = torch.ones(1, device=device)

    def thousand():
        for _ in range(1000):
            torch.mul(a, b)

    return thousand


def cases(device):
    found = {}
    for name in NETWORKS:
        for optimizer in OPTIMIZERS:
            found[f"{name} {optimizer}"] = lambda n=name, o=optimizer: training_step(n, o, device)
    found["CNN fused, channels last"] = lambda: training_step("CNN", "fused", device, channels_last=True)
    found["binary operation"] = lambda: binary_operation(device)
    return found


def turns_on(path, number):
    """Yields each time that this process may measure."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        for _ in range(number):
            connection.sendall(b".")
            if not connection.recv(1):
                sys.exit("the turns ended early")
            yield


def measure(step, per_call, options):
    """Times of single steps in microseconds, after a warm-up as long as a third of the measurement."""

    def synchronize():
        if options.device.type == "cuda":
            torch.cuda.synchronize()

    turns = turns_on(options.socket, options.turns) if options.socket else range(options.turns)
    end = time.perf_counter() + options.seconds / 3
    while time.perf_counter() < end:
        step()
    synchronize()
    times = []
    for _ in turns:
        end = time.perf_counter() + options.seconds / options.turns
        while time.perf_counter() < end or len(times) < 5:
            start = time.perf_counter_ns()
            step()
            synchronize()
            times.append((time.perf_counter_ns() - start) / 1000 / per_call)
    quartiles = statistics.quantiles(times, n=4)
    return {"median_us": quartiles[1], "lower_us": quartiles[0], "upper_us": quartiles[2], "steps": len(times)}


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--case", action="append", help="a case, or a network in all ways; all cases without it")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6, help="of measuring a case")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"))
    parser.add_argument("--turns", type=int, default=1, help="in which the seconds of a case are measured")
    parser.add_argument("--socket", help="of the process that gives the turns of a single case; none is waited for without it")
    parser.add_argument("--versions", action="store_true", help="measure nothing")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    known = cases(options.device)
    wanted = [] if options.versions else options.case or known
    results = {}
    for name, prepare in known.items():
        if any(name == case or name.startswith(case + " ") for case in wanted):
            per_call = 1000 if name == "binary operation" else 1
            results[name] = measure(prepare(), per_call, options)
    json.dump(
        {
            "peer": "PyTorch " + torch.__version__,
            "python": platform.python_version(),
            "processor": processor(),
            "cores": os.cpu_count(),
            "threads": options.threads,
            "device": str(options.device),
            "library": os.path.join(os.path.dirname(torch.__file__), "lib"),
            "results": results,
        },
        sys.stdout,
        indent=2,
    )
    print()


if __name__ == "__main__":
    main()
