package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.AutocastMode;

/**
 * A scope in which matrix products, convolutions and attention compute in half precision and losses
 * and normalisations in float32, as Python's {@code torch.autocast} does: parameters stay in
 * float32 and are converted where they are used. The forward pass and the loss belong in it, the
 * backward pass not.
 *
 * <pre>{@code
 * try (Autocast _ = Autocast.open(device, DataType.BFLOAT16)) {
 *     loss = …;
 * }
 * }</pre>
 *
 * <p>It holds for the operating-system thread that opened it, which must close it. Virtual threads
 * change theirs, and are refused. Scopes may be nested.
 */
public final class Autocast implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final int deviceType;
    private final boolean enabledBefore;
    private final int typeBefore;
    private boolean closed;

    private Autocast(int deviceType, boolean enabled, int type) {
        if (thread.isVirtual()) {
            throw new IllegalStateException(
                    "expected a platform thread, as autocast holds for one of the system's threads, found %s"
                            .formatted(thread));
        }
        this.deviceType = deviceType;
        enabledBefore = AutocastMode.enabled(deviceType);
        typeBefore = AutocastMode.dtype(deviceType);
        AutocastMode.enter();
        AutocastMode.set(deviceType, enabled, type);
    }

    /**
     * Opens a scope.
     *
     * @param device a device of the kind on which operators change their type
     * @param type float16 or bfloat16
     * @return the scope, to be closed on this thread
     */
    public static Autocast open(Device device, DataType type) {
        if (type != DataType.FLOAT16 && type != DataType.BFLOAT16) {
            throw new IllegalArgumentException("expected float16 or bfloat16, found " + type);
        }
        return new Autocast(kind(device), true, TorchTypes.code(type));
    }

    /**
     * Opens a scope within another in which operators compute in the types of their operands again.
     *
     * @param device a device of that kind
     * @return the scope, to be closed on this thread
     */
    public static Autocast off(Device device) {
        int kind = kind(device);
        return new Autocast(kind, false, AutocastMode.dtype(kind));
    }

    private static int kind(Device device) {
        TorchEngine.requireLibtorch();
        return (int) (TorchTypes.device(device) >>> 32);
    }

    @Override
    public void close() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException(
                    "expected a scope to be closed by the thread that opened it, %s, found %s"
                            .formatted(thread, Thread.currentThread()));
        }
        if (!closed) {
            closed = true;
            AutocastMode.set(deviceType, enabledBefore, typeBefore);
            AutocastMode.leave();
        }
    }
}
