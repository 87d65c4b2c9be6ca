package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.retort.torch.abi.Tensors;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The manager from which all others come, and to which arrays belong that have been detached. It
 * holds both weakly: what is dropped is freed once the garbage collector has found it.
 */
final class SystemManager extends TorchManager implements NDManager.SystemNDManager {
    static final SystemManager INSTANCE = new SystemManager();

    private final Map<String, WeakReference<TorchManager>> children = new ConcurrentHashMap<>();
    private final Map<Integer, Detached> detached = new ConcurrentHashMap<>();
    private final AtomicInteger nextSlot = new AtomicInteger();

    private SystemManager() {
        super(null, null);
    }

    /** An array without a manager of its own. */
    private static final class Detached {
        final WeakReference<TorchNDArray> array;
        final AtomicLong handle;
        final Cleaner.Cleanable cleanable;

        Detached(TorchNDArray array, AtomicLong handle, Cleaner.Cleanable cleanable) {
            this.array = new WeakReference<>(array);
            this.handle = handle;
            this.cleanable = cleanable;
        }
    }

    @Override
    int attach(TorchNDArray array, long handle) {
        int slot = nextSlot.getAndIncrement() & Integer.MAX_VALUE;
        AtomicLong owned = new AtomicLong(handle);
        Cleaner.Cleanable cleanable = CLEANER.register(array, () -> drop(slot, owned));
        detached.put(slot, new Detached(array, owned, cleanable));
        return slot;
    }

    private void drop(int slot, AtomicLong owned) {
        detached.remove(slot);
        long handle = owned.getAndSet(0);
        if (handle != 0) {
            Tensors.delete(handle);
            LiveHandles.freed();
        }
    }

    @Override
    void detach(int slot) {
        Detached left = detached.remove(slot);
        if (left != null) {
            left.handle.set(0);
            left.cleanable.clean();
        }
    }

    @Override
    void replace(int slot, long handle) {
        Detached changed = detached.get(slot);
        if (changed != null) {
            changed.handle.set(handle);
        }
    }

    @Override
    public TorchManager newSubManager(@Nullable Device device) {
        TorchManager manager = new TorchManager(this, device);
        children.put(manager.uid(), new WeakReference<>(manager));
        return manager;
    }

    /** One for each array, since this manager is never closed. */
    @Override
    TorchManager on(Device other) {
        return other.equals(device) ? this : newSubManager(other);
    }

    @Override
    public synchronized void detachInternal(String resourceId) {
        children.remove(resourceId);
        super.detachInternal(resourceId);
    }

    @Override
    public List<NDArray> getManagedArrays() {
        List<NDArray> managed = new ArrayList<>(super.getManagedArrays());
        for (WeakReference<TorchManager> child : children.values()) {
            TorchManager manager = child.get();
            if (manager != null) {
                managed.addAll(manager.getManagedArrays());
            }
        }
        for (Detached one : detached.values()) {
            TorchNDArray array = one.array.get();
            if (array != null) {
                managed.add(array);
            }
        }
        return managed;
    }

    @Override
    public void close() {
        throw new IllegalStateException(
                "The SystemNDManager can not be closed. It is global and lives for the duration of"
                        + " the process");
    }
}
