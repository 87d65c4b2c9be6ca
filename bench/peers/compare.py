"""Runs the benchmarks of both engines and of Python in turns, and prints one table.

    python compare.py [--rounds N] [--case CASE]... [--threads N] [--seconds S] [--json FILE]

Run it by a Python that has torch, after `mvn package -DskipTests`, on a machine that does nothing else. A cell is the
median over the rounds of each round's median, and in brackets the lowest and the highest of these.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
JAR = HERE.parent / "target" / "benchmarks.jar"
STEPS = ["MLP_784_256_10", "MLP_16_32_4", "CNN", "ENCODER"]
CASES = [*STEPS, "binary operation", "start-up"]
ENGINES = ["Retort", "PyTorch"]


def java(options):
    return [options.java, "-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"]


def jmh(pattern, options, parameters):
    """The medians of the benchmarks in microseconds, by method."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        third = f"{options.seconds * 1000 / 3:.0f}ms"
        command = [*java(options), "-jar", JAR, pattern, "-f", "1", "-wi", "3", "-w", third, "-i", "3", "-r", third]
        for name, value in parameters.items():
            command += ["-p", f"{name}={value}"]
        threads = [f"-Dai.djl.pytorch.num_threads={options.threads}", f"-Ddev.retort.torch.threads={options.threads}"]
        command += ["-jvmArgsAppend", " ".join(["-DOPT_OUT_TRACKING=true", *threads])]
        command += ["-foe", "true", "-rf", "json", "-rff", result]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        unit = {"ns/op": 1000, "us/op": 1, "ms/op": 0.001}
        return {
            run["benchmark"].rsplit(".", 1)[1]: run["primaryMetric"]["scorePercentiles"]["50.0"]
            / unit[run["primaryMetric"]["scoreUnit"]]
            for run in json.loads(result.read_text())
        }


def first_tensor(engine, options):
    times = []
    for _ in range(5):
        start = time.perf_counter_ns()
        subprocess.run(
            [*java(options), "-cp", JAR, "dev.retort.bench.FirstTensor", engine],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        times.append((time.perf_counter_ns() - start) / 1000)
    return {"process": statistics.median(times)}


def measure_java(case, engine, options):
    if case == "start-up":
        found = first_tensor(engine, options)
    elif case == "binary operation":
        found = jmh("BinaryOperation.multiply$", options, {"engine": engine})
    else:
        found = jmh("TrainingStep.trainer$", options, {"engine": engine, "workload": case})
        if engine == "Retort":
            found |= jmh("AdditionsStep.additions$", options, {"workload": case})
    label = "Retort" if engine == "Retort" else "DJL"
    return {f"{label} {method}": value for method, value in found.items()}


def measure_python(case, options):
    command = [sys.executable, HERE / "torch_peer.py", "--case", case, "--threads", str(options.threads)]
    command += ["--seconds", str(options.seconds)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    machine = {key: value for key, value in report.items() if key != "results"}
    names = {name: name.removeprefix(case).strip() for name in report["results"]}
    medians = {f"Python {names[name]}".strip(): result["median_us"] for name, result in report["results"].items()}
    return machine, medians


def row(medians):
    """One case as lines of a table, slowest last; times beside the fastest."""
    fastest = min(statistics.median(values) for values in medians.values())
    for name, values in sorted(medians.items(), key=lambda entry: statistics.median(entry[1])):
        median = statistics.median(values)
        spread = f"{min(values):,.2f} to {max(values):,.2f}"
        yield f"{name:<32} {median:>14,.2f} {spread:>28} {median / fastest:>8.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6, help="of measuring, and of Java's warming up before")
    parser.add_argument("--java", default=os.environ.get("JAVA25_HOME", "") and os.environ["JAVA25_HOME"] + "/bin/java")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.java = options.java or "java"
    machine = {}
    results = {}
    for _ in range(options.rounds):
        for case in options.case or CASES:
            found = results.setdefault(case, {})
            sides = [lambda e=engine: measure_java(case, e, options) for engine in ENGINES]
            for side in sides:
                for name, median in side().items():
                    found.setdefault(name, []).append(median)
            machine, medians = measure_python(case, options)
            for name, median in medians.items():
                found.setdefault(name, []).append(median)
    print(json.dumps(machine))
    print(f"{'microseconds':<32} {'median':>14} {'lowest to highest':>28} {'times':>8}")
    for case, medians in results.items():
        print(f"\n{case}")
        print(*row(medians), sep="\n")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "rounds": options.rounds, "medians_us": results}, indent=2))


if __name__ == "__main__":
    main()
