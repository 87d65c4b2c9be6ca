package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

/** Changes the mini-batches of another source; what is skipped is not changed. */
record MappedSource(BatchSource source, Mapping mapping) implements BatchSource {
    @Override
    public boolean isRepeatable() {
        return source.isRepeatable() && mapping.isRepeatable();
    }

    @Override
    public long batches() {
        return source.batches();
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        Pass pass = source.pass(manager, epoch);
        return new Pass() {
            @Override
            public @Nullable Minibatch next(NDManager owner) {
                Minibatch batch = pass.next(owner);
                return batch == null ? null : mapping.apply(batch, epoch, owner);
            }

            @Override
            public void skip(long batches, NDManager owner) {
                pass.skip(batches, owner);
                mapping.skipped();
            }

            @Override
            public void close() {
                pass.close();
            }
        };
    }
}
