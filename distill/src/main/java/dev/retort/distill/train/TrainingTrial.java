package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;

import dev.retort.efficiency.verdict.CounterTest;
import dev.retort.efficiency.verdict.Variant;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Trains a DJL model for some steps, as it is and changed, so that a verdict can be put to the
 * test:
 *
 * {@snippet :
 * TrainingTrial trial = new TrainingTrial(trainer, BatchSource.of(dataset, batches));
 * Optional<CounterTest.Result> result = CounterTest.test(verdict, trial, 5, 50);
 * }
 *
 * <p>The steps are those of DJL's {@code EasyTrain}, without its listeners, so a meter that is
 * attached does not take them for training. The parameters are put back after each try; what the
 * optimiser remembers, such as momentum, DJL does not give away, so it moves on by the steps that
 * were tried. Where that matters, a trainer of its own is given.
 *
 * <p>Confined to one thread. The device is synchronised at the begin and the end of each try. Not
 * owned by this: the trainer, on one device, stays the caller's.
 */
public final class TrainingTrial implements CounterTest.Subject {
    /** Steps before the time is taken, in which memory is mapped and prefetching gets ahead. */
    private static final int WARM_UP = 2;

    private final Trainer trainer;
    private final BatchSource source;
    private final LongSupplier nanoClock;
    private @Nullable Runnable checkpoint;
    private int checkpointEvery;

    /**
     * A training without checkpoints.
     *
     * @param trainer trains, initialised
     * @param source what is trained on; passed over anew at each try
     */
    public TrainingTrial(Trainer trainer, BatchSource source) {
        this(trainer, source, System::nanoTime);
    }

    TrainingTrial(Trainer trainer, BatchSource source, LongSupplier nanoClock) {
        this.trainer = requireNonNull(trainer, "trainer is null");
        this.source = requireNonNull(source, "source is null");
        this.nanoClock = nanoClock;
    }

    /**
     * Says how the training saves.
     *
     * @param save writes a checkpoint; training waits for it
     * @param everySteps the steps from one to the next, at least 1
     * @return this
     */
    public TrainingTrial checkpoint(Runnable save, int everySteps) {
        if (everySteps < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 step between checkpoints, found " + everySteps);
        }
        checkpoint = requireNonNull(save, "save is null");
        checkpointEvery = everySteps;
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException for a training without checkpoints that is to be tried
     *     without checkpoints
     * @throws IllegalArgumentException if the source has no mini-batch
     */
    @Override
    public Duration perItem(Variant variant, int steps) {
        if (variant == Variant.WITHOUT_CHECKPOINTS && checkpoint == null) {
            throw new UnsupportedOperationException(
                    "expected a training with checkpoints to try without them, found none");
        }
        NDManager parent = trainer.getManager();
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager manager = parent.newSubManager();
                ParameterSnapshot before =
                        ParameterSnapshot.of(trainer.getModel().getBlock(), manager)) {
            try {
                return perItem(variant, steps, manager);
            } finally {
                before.restore(trainer.getModel().getBlock());
            }
        }
    }

    private Duration perItem(Variant variant, int steps, NDManager manager) {
        int parts = variant == Variant.LARGER_BATCH ? 2 : 1;
        BatchSource endless =
                BatchSource.repeated(source, Math.multiplyExact((long) parts, WARM_UP + steps));
        try (BatchSource.Pass pass = endless.pass(manager, 1)) {
            Minibatch cached = variant == Variant.CACHED_BATCH ? next(pass, manager) : null;
            for (int i = 0; i < WARM_UP; i++) {
                step(pass, parts, cached, manager, i == WARM_UP - 1);
            }
            long items = 0;
            long begin = nanoClock.getAsLong();
            for (int i = 1; i <= steps; i++) {
                items += step(pass, parts, cached, manager, i == steps);
                if (checkpoint != null
                        && variant != Variant.WITHOUT_CHECKPOINTS
                        && i % checkpointEvery == 0) {
                    checkpoint.run();
                }
            }
            return Duration.ofNanos((nanoClock.getAsLong() - begin) / Math.max(1, items));
        }
    }

    /** One step; returns its items. Reading the loss waits for the device. */
    private int step(
            BatchSource.Pass pass,
            int parts,
            @Nullable Minibatch cached,
            NDManager manager,
            boolean readLoss) {
        try (NDManager scope = manager.newSubManager()) {
            Minibatch batch = cached == null ? next(pass, scope) : lent(cached, scope);
            for (int part = 1; part < parts; part++) {
                batch = joined(batch, next(pass, scope));
            }
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList output = trainer.forward(batch.data(), batch.labels());
                loss = trainer.getLoss().evaluate(batch.labels(), output);
                collector.backward(loss);
            }
            trainer.step();
            if (readLoss) {
                loss.getFloat();
            }
            return batch.size();
        }
    }

    private static Minibatch next(BatchSource.Pass pass, NDManager manager) {
        Minibatch batch = pass.next(manager);
        if (batch == null) {
            throw new IllegalArgumentException(
                    "expected a mini-batch to train on, found that the source has none");
        }
        return batch;
    }

    /**
     * What an operation makes belongs to the manager of its input: for this step that of the step.
     */
    private static Minibatch lent(Minibatch cached, NDManager scope) {
        cached.data().tempAttach(scope);
        cached.labels().tempAttach(scope);
        return cached;
    }

    private static Minibatch joined(Minibatch one, Minibatch other) {
        return new Minibatch(
                joined(one.data(), other.data()),
                joined(one.labels(), other.labels()),
                one.size() + other.size());
    }

    private static NDList joined(NDList one, NDList other) {
        NDList joined = new NDList(one.size());
        for (int i = 0; i < one.size(); i++) {
            joined.add(NDArrays.concat(new NDList(one.get(i), other.get(i)), 0));
        }
        return joined;
    }
}
