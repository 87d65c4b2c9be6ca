package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

import dev.retort.distill.flops.StepFlops;
import dev.retort.distill.loss.Constants;
import dev.retort.efficiency.OutOfMemory;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one step of a training: forward, backward, clip, update. A mini-batch may go through the
 * block in parts whose gradients add up to those of the whole, and does so from the moment that a
 * forward or backward pass runs out of memory. What the passes that failed left in the block's
 * running statistics stays: to keep them would cost each step a copy.
 */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private final NDManager manager;
    private final Block block;
    private final Loss loss;
    private final Optimizer optimizer;
    private final RunMeter meter;
    private final StepFlops flops;
    private final ParameterStore parameters;
    private final Gradients gradients;
    private final StepSeeds seeds;
    private Region region = Region.FORWARD;
    private int microBatches;
    private long outOfMemory;

    StepRunner(
            Model model,
            Loss loss,
            Optimizer optimizer,
            RunMeter meter,
            StepSeeds seeds,
            int microBatches) {
        manager = model.getNDManager();
        block = model.getBlock();
        this.loss = loss;
        this.optimizer = optimizer;
        this.meter = meter;
        this.seeds = seeds.where(RandomBlocks.mayDraw(block));
        this.microBatches = microBatches;
        flops = new StepFlops(meter);
        parameters = new ParameterStore(manager, false);
        gradients = new Gradients(block);
    }

    /** Into how many parts a mini-batch is split. */
    int microBatches() {
        return microBatches;
    }

    /** Splits mini-batches at least as a training did that is resumed. */
    void split(int parts) {
        microBatches = Math.max(microBatches, parts);
    }

    /** How often the device ran out of memory. */
    long outOfMemory() {
        return outOfMemory;
    }

    /** Forgets gradients of an earlier, interrupted training. */
    void zeroGradients() {
        gradients.zero(manager);
    }

    /**
     * Makes a step; its input region becomes its update region.
     *
     * @param step the step, from 1
     * @return the loss on the device, owned by the scope
     */
    NDArray run(Minibatch batch, StepScope scope, @Nullable GradientClipper clipper, long step) {
        meter.change(Region.INPUT, Region.FORWARD);
        region = Region.FORWARD;
        NDArray stepLoss = forwardBackward(batch, scope, step);
        enter(Region.UPDATE);
        NDList list = gradients.of(scope.manager());
        if (clipper != null) {
            clipper.clip(list, scope.manager());
        }
        gradients.apply(list, optimizer);
        return stepLoss;
    }

    /** Counts the operations of a step that was made. */
    void count(Minibatch batch) {
        flops.step(block, batch.data(), batch.size());
    }

    private NDArray forwardBackward(Minibatch batch, StepScope scope, long step) {
        while (true) {
            begin(step);
            try {
                return microBatches == 1
                        ? whole(batch, scope.manager())
                        : inParts(batch, scope.manager());
            } catch (RuntimeException e) {
                if (!OutOfMemory.isMeantBy(e)) {
                    throw e;
                }
                int finer = Math.min(batch.rows(), 2 * microBatches);
                if (length(batch, finer) == length(batch)) {
                    throw e;
                }
                recover(batch, scope, step, finer, e);
            }
        }
    }

    /** Half of what did not fit may; what the first try left is forgotten. */
    private void recover(
            Minibatch batch, StepScope scope, long step, int finer, RuntimeException cause) {
        outOfMemory++;
        scope.keepOnly(batch);
        gradients.zero(manager);
        microBatches = finer;
        LOG.warn(
                "step {}: not enough memory for the mini-batch; from now on it goes through the"
                        + " model in {} parts ({})",
                step,
                Math.ceilDiv(batch.rows(), length(batch)),
                String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
        enter(Region.FORWARD);
    }

    private void enter(Region next) {
        if (region != next) {
            meter.change(region, next);
            region = next;
        }
    }

    private int length(Minibatch batch) {
        return length(batch, microBatches);
    }

    private int length(Minibatch batch, int parts) {
        int samples = loss instanceof PartwiseLoss partwise ? partwise.minimumSamples() : 1;
        int rows = batch.rows();
        return partLength(rows, parts, Math.ceilDiv(samples, batch.size() / rows));
    }

    /**
     * The rows of a part; the last one may have less.
     *
     * @param rows those of the mini-batch
     * @param parts into how many it is split at most
     * @param least the fewest that any part may have, if the mini-batch has as many
     */
    static int partLength(int rows, int parts, int least) {
        int length = Math.max(least, Math.ceilDiv(rows, parts));
        while (length < rows && rows % length != 0 && rows % length < least) {
            length++;
        }
        return Math.min(length, rows);
    }

    private void begin(long step) {
        seeds.stepBegins(step);
        if (loss instanceof StepDependent moving) {
            moving.stepBegins(step);
        }
    }

    private NDArray whole(Minibatch batch, NDManager owner) {
        try (GradientCollector collector = owner.getEngine().newGradientCollector()) {
            NDList output = block.forward(parameters, batch.data(), true);
            NDArray value = loss.evaluate(batch.labels(), output);
            enter(Region.BACKWARD);
            collector.backward(value);
            return value;
        }
    }

    private NDArray inParts(Minibatch batch, NDManager owner) {
        int length = length(batch);
        NDArray sum = null;
        for (int from = 0; from < batch.rows(); from += length) {
            int count = Math.min(length, batch.rows() - from);
            enter(Region.FORWARD);
            try (NDManager scope = owner.newSubManager()) {
                Minibatch part = batch.part(from, count, scope);
                NDArray value = part(part, batch, scope);
                if (sum == null) {
                    sum = value;
                    sum.attach(owner);
                } else {
                    sum.addi(value);
                }
            }
        }
        return requireNonNull(sum, "a mini-batch has at least one sample");
    }

    private NDArray part(Minibatch part, Minibatch whole, NDManager owner) {
        try (GradientCollector collector = owner.getEngine().newGradientCollector()) {
            NDList output = block.forward(parameters, part.data(), true);
            NDArray value =
                    loss instanceof PartwiseLoss partwise
                            ? partwise.evaluatePart(part.labels(), output, whole.labels())
                            : weighed(
                                    loss.evaluate(part.labels(), output),
                                    (double) part.size() / whole.size());
            enter(Region.BACKWARD);
            collector.backward(value);
            return value.stopGradient();
        }
    }

    /** The loss of a part counts by its share of the samples, that of the last, smaller one too. */
    private static NDArray weighed(NDArray value, double share) {
        return Constants.vector(value, value.getDataType(), share).mul(value).squeeze();
    }
}
