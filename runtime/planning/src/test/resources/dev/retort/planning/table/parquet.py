"""Writes the Parquet files that TablesTest reads, with pyarrow 25.0.1: python3 parquet.py"""

import decimal
import os

import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))

runs = pa.table({
    "params": pa.array([70_000_000, 160_000_000, 410_000_000], pa.int64()),
    "tokens": pa.array([1.4e9, None, 8.2e9], pa.float64()),
    "train_flops": pa.array([5.88e17, 3.072e18, None], pa.float64()),
    "val_loss": pa.array([3.25, 3.0, 2.75], pa.float32()),
    "family": pa.array(["a", None, "a"]).dictionary_encode(),
    "run": pa.array(["x", "y", "z"]),
})

for codec in ["none", "snappy", "zstd", "gzip", "lz4", "brotli"]:
    pq.write_table(runs, os.path.join(here, f"runs-{codec}.parquet"), compression=codec)

# Cells that are no numbers in the file: texts and decimals; pages of the second version.
texts = pa.table({
    "params": pa.array(["70M", "160M"]),
    "tokens": pa.array([decimal.Decimal("1400000000.00"), decimal.Decimal("3200000000.00")]),
    "loss": pa.array([3.25, 3.0]),
    "tags": pa.array([["a"], ["b", "c"]]),
    "config": pa.array([{"lr": 0.1}, {"lr": 0.2}]),
})
pq.write_table(texts, os.path.join(here, "texts.parquet"), data_page_version="2.0")
pq.write_table(texts.select(["tags", "config"]), os.path.join(here, "nested.parquet"))

samples = pa.table({
    "task_id": pa.array(["a", "a", "b", "b"]),
    "passed": pa.array([True, False, True, True]),
    "completion_tokens": pa.array([100, 80, 10, None], pa.int32()),
})
pq.write_table(samples, os.path.join(here, "samples.parquet"))

# Names as a flattened record of an evaluation has them.
dotted = pa.table({
    "config.params": pa.array([70_000_000, 160_000_000], pa.int64()),
    "config.tokens": pa.array([1.4e9, 3.2e9], pa.float64()),
    "eval.loss": pa.array([3.25, 3.0], pa.float64()),
})
pq.write_table(dotted, os.path.join(here, "dotted.parquet"))
