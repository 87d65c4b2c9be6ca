package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.Minibatch;

/** The outputs of a classifier over a whole source. */
final class Logits {
    private Logits() {}

    /**
     * Runs a block over a source in inference mode.
     *
     * @param block gives logits of shape (batch, classes)
     * @param source an ordered source
     * @param owner owns the result
     * @return logits of shape (samples, classes), in the order of the source
     */
    static NDArray of(Block block, BatchSource source, NDManager owner) {
        try (GradientMode _ = GradientMode.off(owner.getEngine());
                NDManager manager = owner.newSubManager();
                BatchSource.Pass pass = source.pass(manager, 1)) {
            ParameterStore parameters = new ParameterStore(manager, false);
            NDList parts = new NDList();
            while (true) {
                try (NDManager step = manager.newSubManager()) {
                    Minibatch batch = pass.next(step);
                    if (batch == null) {
                        break;
                    }
                    NDArray logits = block.forward(parameters, batch.data(), false).head();
                    logits.attach(manager);
                    parts.add(logits);
                }
            }
            NDArray all = NDArrays.concat(parts);
            all.attach(owner);
            return all;
        }
    }
}
