package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Loads the mini-batches of another source on a thread of its own, a bounded number ahead. */
record PrefetchedSource(BatchSource source, int ahead) implements BatchSource {
    PrefetchedSource {
        if (ahead < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 mini-batch ahead, found " + ahead);
        }
    }

    @Override
    public long batches() {
        return source.batches();
    }

    @Override
    public boolean isRepeatable() {
        return source.isRepeatable();
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        return new PrefetchedPass(source, ahead, manager, epoch);
    }

    /** A pass whose thread begins with the first mini-batch that is asked for. */
    private static final class PrefetchedPass implements Pass {
        private final NDManager manager;
        private final Pass pass;
        private final BlockingQueue<Loaded> queue;
        private @Nullable Thread loader;
        private boolean over;

        /**
         * What the thread hands over: a mini-batch and its owner, the end of the pass, or what was
         * thrown.
         */
        private record Loaded(
                @Nullable Minibatch batch, @Nullable NDManager owner, @Nullable Throwable failure) {
            void free() {
                if (owner != null) {
                    owner.close();
                }
            }
        }

        PrefetchedPass(BatchSource source, int ahead, NDManager parent, int epoch) {
            manager = parent.newSubManager();
            pass = source.pass(manager, epoch);
            queue = new ArrayBlockingQueue<>(ahead);
        }

        @Override
        public void skip(long batches, NDManager owner) {
            pass.skip(batches, owner);
        }

        @Override
        public @Nullable Minibatch next(NDManager owner) {
            if (over) {
                return null;
            }
            if (loader == null) {
                loader = Thread.ofPlatform().daemon().name("retort-prefetch").start(this::load);
            }
            Loaded loaded = take();
            Minibatch batch = loaded.batch();
            if (batch == null) {
                over = true;
                rethrow(loaded.failure());
                return null;
            }
            batch.data().attach(owner);
            batch.labels().attach(owner);
            loaded.free();
            return batch;
        }

        private Loaded take() {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a mini-batch", e);
            }
        }

        private static void rethrow(@Nullable Throwable failure) {
            switch (failure) {
                case null -> {}
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failure);
            }
        }

        /** What the thread does, until the end of the pass or an interrupt. */
        private void load() {
            try (GradientMode _ = GradientMode.off(manager.getEngine())) {
                while (true) {
                    NDManager owner = manager.newSubManager();
                    Loaded loaded;
                    try {
                        loaded = new Loaded(pass.next(owner), owner, null);
                    } catch (RuntimeException | Error e) {
                        loaded = new Loaded(null, owner, e);
                    }
                    if (loaded.batch() == null) {
                        loaded.free();
                    }
                    queue.put(loaded);
                    if (loaded.batch() == null) {
                        return;
                    }
                }
            } catch (InterruptedException _) {
                // The pass was closed; what was loaded belongs to its manager.
            }
        }

        @Override
        public void close() {
            if (loader != null) {
                loader.interrupt();
                boolean interrupted = false;
                while (true) {
                    try {
                        // What it loads would lie in memory that is freed below.
                        loader.join();
                        break;
                    } catch (InterruptedException _) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            pass.close();
            manager.close();
        }
    }
}
