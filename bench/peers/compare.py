"""Runs the benchmarks of both engines and of Python in turns, and prints one table.

    python compare.py [--rounds N] [--case CASE]... [--threads N] [--seconds S] [--turns N] [--json FILE]

Run it by a Python that has torch, after `mvn package -DskipTests`, on a machine that does nothing else. Every side of a
case is a process of its own; when all have warmed up, each measures for a short turn after the other, so that what
disturbs the machine disturbs all. A cell is the median over the rounds, which are new processes, of each round's median,
and beside it the lowest and the highest of these.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
JAR = HERE.parent / "target" / "benchmarks.jar"
NETWORKS = ["MLP_784_256_10", "MLP_16_32_4", "CNN", "ENCODER"]
CASES = [*NETWORKS, "binary operation", "start-up"]
ENGINES = {"Retort": "Retort", "DJL": "PyTorch"}
PATIENCE = 300  # seconds for a turn, beyond which a side is taken for hung
MICROSECONDS = {"ns/op": 0.001, "us/op": 1, "ms/op": 1000}


class Side:
    """A process that measures one thing, each time that it is given the turn."""

    def __init__(self, folder):
        folder.mkdir()
        self.socket = folder / "turns"
        self.result = folder / "result"
        self.errors = folder / "errors"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.socket))
        self.listener.listen(1)
        self.listener.settimeout(0.2)
        self.process = self.connection = None

    def start(self, command):
        """Returns when the process has warmed up."""
        with self.result.open("wb") as output, self.errors.open("wb") as errors:
            # A group of its own, since JMH starts a process that measures.
            self.process = subprocess.Popen(command, stdout=output, stderr=errors, start_new_session=True)
        while self.connection is None:
            try:
                self.connection = self.listener.accept()[0]
            except TimeoutError:
                if self.process.poll() is not None:
                    self.fail()
        self.connection.settimeout(PATIENCE)
        if not self.connection.recv(1):
            self.fail()

    def turn(self, last):
        """Lets the process measure, until it is ready for another turn or has had its last."""
        try:
            self.connection.sendall(b".")
            ready = self.connection.recv(1) != b""
        except OSError:
            self.fail()
        if ready == last:
            self.fail()

    def printed(self):
        if self.process.wait(PATIENCE) != 0:
            self.fail()
        return self.result.read_text()

    def fail(self):
        """Ends the comparison with what the process said."""
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.end()
        said = self.result.read_text() + self.errors.read_text()
        sys.exit(f"{self.process.args[0]} ended with code {self.process.returncode}:\n{said}")

    def end(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process is not None:
            self.end()
        if self.connection is not None:
            self.connection.close()
        self.listener.close()


def java(options):
    return [options.java, "-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"]


class Jmh(Side):
    """A benchmark of JMH, in one fork."""

    def __init__(self, folder, benchmark, parameters):
        super().__init__(folder)
        self.benchmark = benchmark
        self.parameters = parameters
        self.scores = folder / "scores.json"

    def begin(self, options):
        threads = [f"-Dai.djl.pytorch.num_threads={options.threads}", f"-Ddev.retort.torch.threads={options.threads}"]
        # All sides are there at once, and measure in turns.
        command = [*java(options), "-Djmh.ignoreLock=true", "-jar", JAR, self.benchmark, "-f", "1", "-foe", "true"]
        command += ["-wi", "3", "-w", milliseconds(options.seconds / 3)]
        command += ["-i", str(options.turns), "-r", milliseconds(options.seconds / options.turns)]
        command += ["-prof", f"dev.retort.bench.Turns:{self.socket}"]
        for name, value in self.parameters.items():
            command += ["-p", f"{name}={value}"]
        command += ["-jvmArgsAppend", " ".join(["-DOPT_OUT_TRACKING=true", *threads])]
        self.start([*command, "-rf", "json", "-rff", self.scores])

    def median(self):
        self.printed()
        [run] = json.loads(self.scores.read_text())
        metric = run["primaryMetric"]
        return metric["scorePercentiles"]["50.0"] * MICROSECONDS[metric["scoreUnit"]]


class Python(Side):
    """A case of torch_peer.py."""

    def __init__(self, folder, case):
        super().__init__(folder)
        self.case = case

    def begin(self, options):
        command = [sys.executable, HERE / "torch_peer.py", "--case", self.case, "--threads", str(options.threads)]
        command += ["--seconds", str(options.seconds), "--turns", str(options.turns), "--socket", self.socket]
        self.start(command)

    def median(self):
        return json.loads(self.printed())["results"][self.case]["median_us"]


def at_least_one(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, found {text}")
    return int(text)


def milliseconds(seconds):
    return f"{seconds * 1000:.0f}ms"


def sides_of(case, folder):
    """What is compared, by the names in the table."""
    sides = {}
    if case == "binary operation":
        for name, engine in ENGINES.items():
            sides[f"{name} multiply"] = Jmh(folder / name, "BinaryOperation.multiply$", {"engine": engine})
        sides["Python"] = Python(folder / "Python", case)
        return sides
    for name, engine in ENGINES.items():
        parameters = {"engine": engine, "workload": case}
        sides[f"{name} trainer"] = Jmh(folder / name, "TrainingStep.trainer$", parameters)
    sides["Retort additions"] = Jmh(folder / "additions", "AdditionsStep.additions$", {"workload": case})
    for way in ["fused", "foreach", "default"] + ["fused, channels last"] * (case == "CNN"):
        sides[f"Python {way}"] = Python(folder / way, f"{case} {way}")
    return sides


def measure(case, options):
    """The median of each side in microseconds, measured in turns."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sides = sides_of(case, folder)
        for side in sides.values():
            stack.callback(side.close)
        for side in sides.values():
            side.begin(options)
        for turn in range(1, options.turns + 1):
            for side in sides.values():
                side.turn(last=turn == options.turns)
        return {name: side.median() for name, side in sides.items()}


def start_up(options):
    """The median wall clock of processes that make one tensor and end, in microseconds."""
    first_tensor = [*java(options), "-cp", JAR, "dev.retort.bench.FirstTensor"]
    commands = {name: [*first_tensor, engine] for name, engine in ENGINES.items()}
    commands["Python"] = [sys.executable, "-c", "import torch; torch.ones(1).item()"]
    times = {name: [] for name in commands}
    for _ in range(5):
        for name, command in commands.items():
            start = time.perf_counter_ns()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times[name].append((time.perf_counter_ns() - start) / 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def machine(options):
    command = [sys.executable, HERE / "torch_peer.py", "--versions", "--threads", str(options.threads)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {key: value for key, value in report.items() if key != "results"}


def row(medians):
    """One case as lines of a table, slowest last; times beside the fastest."""
    fastest = min(statistics.median(values) for values in medians.values())
    for name, values in sorted(medians.items(), key=lambda entry: statistics.median(entry[1])):
        median = statistics.median(values)
        spread = f"{min(values):,.2f} to {max(values):,.2f}"
        yield f"{name:<32} {median:>14,.2f} {spread:>28} {median / fastest:>8.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=at_least_one, default=3)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--threads", type=at_least_one, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6, help="of measuring, and of Java's warming up before")
    parser.add_argument("--turns", type=at_least_one, default=30, help="in which the seconds of a round are measured")
    parser.add_argument("--java", default=os.environ.get("JAVA25_HOME", "") and os.environ["JAVA25_HOME"] + "/bin/java")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.java = options.java or "java"
    known = machine(options)
    results = {}
    for _ in range(options.rounds):
        for case in options.case or CASES:
            medians = start_up(options) if case == "start-up" else measure(case, options)
            found = results.setdefault(case, {})
            for name, median in medians.items():
                found.setdefault(name, []).append(median)
    print(json.dumps(known))
    print(f"{'microseconds':<32} {'median':>14} {'lowest to highest':>28} {'times':>8}")
    for case, medians in results.items():
        print(f"\n{case}")
        print(*row(medians), sep="\n")
    if options.json:
        report = {"machine": known, "rounds": options.rounds, "turns": options.turns, "medians_us": results}
        options.json.write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
