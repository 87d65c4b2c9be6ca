package dev.retort.torch;

import dev.retort.torch.abi.CallStack;

/**
 * A scope in which the operations of this thread are not recorded for a backward pass:
 *
 * <pre>{@code
 * try (NoGrad _ = NoGrad.open()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Scopes may be nested; each is closed by the thread that opened it.
 */
public final class NoGrad implements AutoCloseable {
    private final CallStack stack = CallStack.enter();
    private final boolean before = stack.gradMode();
    private boolean closed;

    private NoGrad() {
        stack.setGradMode(false);
    }

    /** Opens a scope. */
    public static NoGrad open() {
        TorchEngine.requireLibtorch();
        return new NoGrad();
    }

    /** Runs an action in a scope of its own. */
    static void run(Runnable action) {
        CallStack stack = CallStack.enter();
        if (!stack.gradMode()) {
            action.run();
            return;
        }
        stack.setGradMode(false);
        try {
            action.run();
        } finally {
            stack.setGradMode(true);
        }
    }

    @Override
    public void close() {
        if (CallStack.enter() != stack) {
            throw new IllegalStateException("a scope must be closed by the thread that opened it");
        }
        if (!closed) {
            closed = true;
            stack.setGradMode(before);
        }
    }
}
