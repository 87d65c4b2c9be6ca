package dev.retort.bench.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.bench.Workload;

/**
 * A batch of noise.
 *
 * @param features in the shape of the workload's input
 * @param labels a class for each sample
 */
record RandomBatch(NDArray features, NDArray labels) {
    /** A batch of a manager, which owns it; the same for each process. */
    static RandomBatch of(Workload workload, NDManager manager) {
        manager.getEngine().setRandomSeed(1);
        NDArray features = manager.randomNormal(workload.input());
        NDArray labels =
                manager.randomUniform(0, workload.classes(), new Shape(workload.input().get(0)))
                        .floor()
                        .toType(DataType.INT64, true);
        return new RandomBatch(features, labels);
    }
}
