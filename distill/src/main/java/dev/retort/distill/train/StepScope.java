package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;

/** Owns what a step makes, and can free it all but for the mini-batch in the middle of the step. */
final class StepScope implements AutoCloseable {
    private final NDManager parent;
    private NDManager manager;

    StepScope(NDManager parent) {
        this.parent = parent;
        manager = parent.newSubManager();
    }

    /** What the step makes is attached to it. */
    NDManager manager() {
        return manager;
    }

    /** Frees everything but the mini-batch. */
    void keepOnly(Minibatch batch) {
        NDManager fresh = parent.newSubManager();
        batch.data().attach(fresh);
        batch.labels().attach(fresh);
        manager.close();
        manager = fresh;
    }

    @Override
    public void close() {
        manager.close();
    }
}
