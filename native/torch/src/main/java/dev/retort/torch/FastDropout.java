package dev.retort.torch;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.neural.CoarseDropout;

/**
 * A scope in which dropout on the CPU takes a quarter of the random numbers: drawing them is up to
 * a fifth of the time of a transformer's training step.
 *
 * <pre>{@code
 * try (FastDropout _ = FastDropout.open()) {
 *     block.forward(parameterStore, data, true);
 * }
 * }</pre>
 *
 * <p>The rate is rounded to a multiple of 2<sup>-16</sup>, by which the expectation of the result
 * does not change. A seed gives the same result each time, but another one than outside of the
 * scope or in Python. On a GPU nothing changes.
 *
 * <p>The scope holds for the operations of the thread that opened it, which closes it. Scopes may
 * be nested.
 */
public final class FastDropout implements AutoCloseable {
    private static final ThreadLocal<Boolean> OPEN = ThreadLocal.withInitial(() -> false);

    private final boolean before = OPEN.get();
    private final Thread owner = Thread.currentThread();
    private boolean closed;

    private FastDropout() {
        OPEN.set(true);
    }

    /** Opens a scope. */
    public static FastDropout open() {
        return new FastDropout();
    }

    /** Whether the dropout of an array is to be the fast one. */
    static boolean appliesTo(float rate, long handle) {
        return OPEN.get()
                && CoarseDropout.canRound(rate)
                && Tensors.deviceType(handle) == 0
                && TorchTypes.type(Tensors.dtype(handle)).isFloating();
    }

    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a scope must be closed by the thread that opened it");
        }
        if (!closed) {
            closed = true;
            OPEN.set(before);
        }
    }
}
