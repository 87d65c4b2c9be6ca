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
        private long givenByInner;
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
                beginAnew();
                batch = inner.next(stepManager);
            }
            givenByInner++;
            given++;
            return batch;
        }

        private void beginAnew() {
            inner.close();
            inner = source.pass(manager, ++innerEpoch);
            givenByInner = 0;
        }

        @Override
        public void skip(long skipped, NDManager stepManager) {
            long left = Math.min(skipped, batches - given);
            given += left;
            while (left > 0) {
                if (givenByInner == source.batches()) {
                    // Not before: an order is drawn in the step that asks for its first samples.
                    beginAnew();
                }
                long some = Math.min(left, source.batches() - givenByInner);
                inner.skip(some, stepManager);
                givenByInner += some;
                left -= some;
            }
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
