package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

/** Repeats a source until its passes have a given length. */
record RepeatedSource(BatchSource source, long batches) implements BatchSource {
    RepeatedSource {
        if (batches < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 mini-batch a pass, found " + batches);
        }
    }

    @Override
    public boolean isRepeatable() {
        return source.isRepeatable();
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        return new RepeatedPass(manager, epoch);
    }

    private final class RepeatedPass implements Pass {
        private final NDManager manager;
        private int innerEpoch;
        private Pass inner;
        private long given;

        RepeatedPass(NDManager manager, int epoch) {
            this.manager = manager;
            int passesAnEpoch = Math.toIntExact(Math.ceilDiv(batches, source.batches()));
            innerEpoch = (epoch - 1) * passesAnEpoch + 1;
            inner = source.pass(manager, innerEpoch);
        }

        @Override
        public @Nullable Minibatch next(NDManager stepManager) {
            if (given == batches) {
                return null;
            }
            Minibatch batch = inner.next(stepManager);
            if (batch == null) {
                inner.close();
                inner = source.pass(manager, ++innerEpoch);
                batch = inner.next(stepManager);
            }
            given++;
            return batch;
        }

        @Override
        public void skip(long skipped, NDManager stepManager) {
            given = Math.min(skipped, batches);
            long passes = given / source.batches();
            if (passes > 0) {
                inner.close();
                innerEpoch += Math.toIntExact(passes);
                inner = source.pass(manager, innerEpoch);
            }
            inner.skip(given % source.batches(), stepManager);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
