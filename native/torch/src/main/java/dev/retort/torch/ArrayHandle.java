package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.retort.torch.abi.Tensors;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * The bottom layer of {@link TorchNDArray}: its handle, its manager, and how results become arrays.
 * The layers above add one family of methods each.
 */
abstract class ArrayHandle implements NDArray {
    /** The handle of an array of texts, which no tensor stands behind. */
    private static final long NO_TENSOR = -1;

    private static final VarHandle HANDLE;

    static {
        try {
            HANDLE = MethodHandles.lookup().findVarHandle(ArrayHandle.class, "handle", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long handle;
    private TorchManager manager;

    /** The slot in the manager; negative when the manager holds the array by name. */
    private int slot = -1;

    private @Nullable String name;
    private @Nullable String uid;

    ArrayHandle(TorchManager manager, long handle) {
        this.handle = handle;
        this.manager = manager;
    }

    ArrayHandle(TorchManager manager) {
        this(manager, NO_TENSOR);
    }

    /** Enters the manager; called once, when construction is complete. */
    final void register() {
        long owned = handle;
        if (owned != NO_TENSOR) {
            try {
                manager.requireUncapped();
                slot = manager.attach(self(), owned);
            } catch (IllegalStateException e) {
                Tensors.delete(owned);
                throw e;
            }
            LiveHandles.made();
        }
        NDScope.register(this);
    }

    abstract TorchNDArray self();

    /** Forgets what was read from the tensor, as another one stands behind the array now. */
    abstract void forget();

    /**
     * The handle, for the calls of {@code dev.retort.torch.ffi}; it stays this array's.
     *
     * @throws IllegalStateException when the array is closed
     */
    public final long handle() {
        long open = handle;
        if (open == 0) {
            throw new IllegalStateException("Native resource has been released already.");
        }
        if (open == NO_TENSOR) {
            throw new UnsupportedOperationException(
                    "NDArray operation is not supported for String tensor");
        }
        return open;
    }

    /** A second handle, owned by the caller, or 0 when the array is closed. */
    final synchronized long shareIfOpen() {
        return handle == 0 ? 0 : Tensors.share(handle());
    }

    /** Makes an array of a result. It keeps this one reachable until the native call is over. */
    final TorchNDArray own(long result) {
        TorchNDArray array = manager.wrap(result);
        Reachability.keep(this);
        return array;
    }

    final TorchNDArray own(long result, @Nullable Object operand) {
        TorchNDArray array = manager.wrap(result);
        Reachability.keep(this);
        Reachability.keep(operand);
        return array;
    }

    final TorchNDArray unary(LongUnaryOperator operator) {
        return own(operator.applyAsLong(handle()));
    }

    final TorchNDArray binary(LongBinaryOperator operator, NDArray other) {
        TorchNDArray operand = operand(other);
        return own(operator.applyAsLong(handle(), operand.handle()), operand);
    }

    /** The other operand as an array of this engine. */
    final TorchNDArray operand(NDArray other) {
        TorchNDArray operand = manager.from(other);
        if (operand == null) {
            throw new NullPointerException("the other NDArray is null");
        }
        return operand;
    }

    @Override
    public final TorchManager getManager() {
        return manager;
    }

    @Override
    public final @Nullable String getName() {
        return name;
    }

    @Override
    public final void setName(@Nullable String name) {
        this.name = name;
    }

    @Override
    public final synchronized String getUid() {
        String known = uid;
        if (known == null) {
            known = NDManager.nextUid();
            uid = known;
        }
        return known;
    }

    @Override
    public final boolean isReleased() {
        return handle == 0;
    }

    @Override
    public final synchronized void attach(NDManager manager) {
        Handles.torch(manager).requireUncapped();
        returnResource(manager);
    }

    @Override
    public final synchronized void returnResource(NDManager manager) {
        TorchManager taker = Handles.torch(manager);
        leave();
        this.manager = taker;
        if (handle == NO_TENSOR || this.manager.holdsTemporarily(self())) {
            this.manager.attachUncappedInternal(getUid(), this);
        } else {
            slot = this.manager.attach(self(), handle());
        }
    }

    @Override
    public final synchronized void tempAttach(NDManager manager) {
        TorchManager taker = Handles.torch(manager);
        NDManager original = this.manager;
        leave();
        this.manager = taker;
        this.manager.tempAttachInternal(original, getUid(), this);
    }

    @Override
    public final synchronized void detach() {
        leave();
        manager = TorchManager.system();
        if (handle > 0) {
            slot = manager.attach(self(), handle);
        }
    }

    private void leave() {
        if (slot >= 0) {
            manager.detach(slot);
            slot = -1;
        } else {
            manager.detachInternal(getUid());
        }
    }

    @Override
    public final void intern(NDArray replaced) {
        ArrayHandle other = Handles.torch(replaced);
        long taken = other.release();
        synchronized (this) {
            long old = (long) HANDLE.getAndSet(this, taken);
            if (slot >= 0) {
                manager.replace(slot, taken);
            }
            forget();
            Tensors.delete(old);
        }
        LiveHandles.freed();
    }

    /** Gives the handle away and closes the array. */
    private synchronized long release() {
        long taken = handle();
        handle = 0;
        leave();
        return taken;
    }

    @Override
    public void close() {
        synchronized (this) {
            long owned = (long) HANDLE.getAndSet(this, 0L);
            if (owned == 0) {
                return;
            }
            leave();
            if (owned != NO_TENSOR) {
                Tensors.delete(owned);
                LiveHandles.freed();
            }
        }
    }
}
