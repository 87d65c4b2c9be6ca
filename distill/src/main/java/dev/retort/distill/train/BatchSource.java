package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/** Samples that can be passed over again and again, mini-batch by mini-batch. */
public interface BatchSource {
    /** One pass over the samples. Confined to one thread. */
    interface Pass extends AutoCloseable {
        /**
         * The next mini-batch.
         *
         * @param manager owns the arrays of the mini-batch; the caller closes it after the step
         * @return the mini-batch, or {@code null} at the end of the pass
         */
        @Nullable Minibatch next(NDManager manager);

        /**
         * Passes over the first mini-batches, as a training does that goes on in the middle of a
         * pass. What follows is what would have followed after as many calls of {@link #next}.
         * Called before the first of those, once or several times in a row.
         *
         * @param batches how many, at least 0
         * @param manager owns what is made on the way; nothing of it is kept
         */
        default void skip(long batches, NDManager manager) {
            for (long i = 0; i < batches; i++) {
                try (NDManager scope = manager.newSubManager()) {
                    if (next(scope) == null) {
                        return;
                    }
                }
            }
        }

        /** Frees what the pass holds beyond its mini-batches. */
        @Override
        void close();
    }

    /** Changes a mini-batch on its way to the training. */
    @FunctionalInterface
    interface Mapping {
        /**
         * Changes a mini-batch.
         *
         * @param batch the mini-batch
         * @param epoch the epoch, from 1
         * @param owner owns the result, and what is made on the way
         * @return the mini-batch to train on, of the same samples
         */
        Minibatch apply(Minibatch batch, int epoch, NDManager owner);

        /** Mini-batches were passed over, since their steps were done in another process. */
        default void skipped() {}

        /**
         * Whether the same mini-batch and epoch give the same again, and to ask for it changes
         * nothing, nor draws from the generators of the engine and DJL.
         *
         * @return true; false has a loop with a seed seed them for each mini-batch
         */
        default boolean isRepeatable() {
            return true;
        }
    }

    /**
     * Whether a pass that is begun again gives the same mini-batches for the same epoch, and to ask
     * for them changes nothing, nor draws from the generators of the engine and DJL. A mini-batch
     * whose loss is no number can be found again only then.
     *
     * @return false if the order comes from elsewhere, or what goes with the samples moves on
     */
    default boolean isRepeatable() {
        return false;
    }

    /**
     * The number of mini-batches in a pass.
     *
     * @return at least 1
     */
    long batches();

    /**
     * Begins a pass.
     *
     * @param manager owns what the pass holds; its device is where the mini-batches lie
     * @param epoch the epoch, from 1; it decides the order of a shuffled source
     * @return the pass, to be closed by the caller
     */
    Pass pass(NDManager manager, int epoch);

    /**
     * A DJL data set as it is, with the order that its own sampler gives. A training with a {@link
     * TrainingLoop#seed seed} has that drawn by epoch, so that it can be resumed.
     *
     * @param dataset the data set, prepared
     * @param batches how many mini-batches one pass gives
     * @return the source
     */
    static BatchSource of(Dataset dataset, long batches) {
        return new BatchSource() {
            @Override
            public long batches() {
                return batches;
            }

            @Override
            public Pass pass(NDManager manager, int epoch) {
                return new DatasetPass(dataset, manager);
            }
        };
    }

    /**
     * A source whose passes have a given number of mini-batches: it begins the other source anew,
     * with the next epoch, as often as that takes, and breaks off where the number is reached.
     *
     * @param source the source to repeat
     * @param batches mini-batches a pass
     * @return the source
     */
    static BatchSource repeated(BatchSource source, long batches) {
        return new RepeatedSource(source, batches);
    }

    /**
     * A source that changes each mini-batch of another one.
     *
     * @param source the source to change
     * @param mapping what is done to a mini-batch, on the thread that asks for it
     * @return the source
     */
    static BatchSource mapped(BatchSource source, Mapping mapping) {
        return new MappedSource(source, mapping);
    }

    /**
     * A source that loads mini-batches on a thread of its own while others are trained on, in the
     * same order. What the other source throws is thrown where the mini-batch is asked for that it
     * belongs to. The wait for a mini-batch shows in the account of a training as input, the work
     * of the thread does not. Closing a pass waits for the mini-batch that is being loaded.
     *
     * @param source the source, which must not use the engine's random generator
     * @param ahead the most mini-batches that wait, at least 1
     * @return the source
     */
    static BatchSource prefetched(BatchSource source, int ahead) {
        return new PrefetchedSource(source, ahead);
    }

    /** Adapts the iteration over a DJL data set. */
    final class DatasetPass implements Pass {
        private final Iterator<Batch> iterator;

        private DatasetPass(Dataset dataset, NDManager manager) {
            try {
                iterator = dataset.getData(manager).iterator();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (TranslateException e) {
                throw new IllegalArgumentException("the data set cannot be iterated", e);
            }
        }

        @Override
        public @Nullable Minibatch next(NDManager manager) {
            if (!iterator.hasNext()) {
                return null;
            }
            Batch batch = iterator.next();
            batch.getData().attach(manager);
            batch.getLabels().attach(manager);
            Minibatch minibatch =
                    new Minibatch(batch.getData(), batch.getLabels(), batch.getSize());
            batch.close();
            return minibatch;
        }

        @Override
        public void close() {}
    }
}
