package dev.retort.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.abi.Scalars;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.ref.Cleaner;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Owns arrays and frees them when it is closed. Arrays are kept in slots, which costs some
 * nanoseconds each and no name; other resources by name, as in DJL. A manager that is dropped
 * without being closed frees its arrays once the garbage collector has found it, as a last resort.
 *
 * <p>Safe for use by several threads.
 */
public class TorchManager extends BaseNDManager {
    static final Cleaner CLEANER = Cleaner.create();

    private static final Logger LOGGER = LoggerFactory.getLogger(TorchManager.class);
    private static final @Nullable TorchNDArray[] NONE = {};

    private final HandleTable handles = new HandleTable();
    private final Cleaner.@Nullable Cleanable cleanable;
    private @Nullable TorchNDArray[] arrays = NONE;

    /** The managers of what was moved from here, by device; mostly there are none. */
    private @Nullable Map<Device, TorchManager> elsewhere;

    @SuppressWarnings("this-escape") // a manager under construction is not yet known to anybody
    TorchManager(@Nullable NDManager parent, @Nullable Device device) {
        super(parent, device);
        // The system's manager is never dropped.
        cleanable = parent == null ? null : CLEANER.register(this, handles);
    }

    /** The manager from which all others come. */
    static SystemManager system() {
        return SystemManager.INSTANCE;
    }

    /** Makes an array of a handle, which it then owns; the handle is freed when that fails. */
    TorchNDArray wrap(long handle) {
        return new TorchNDArray(this, handle);
    }

    /** Takes an array in; returns its slot. */
    int attach(TorchNDArray array, long handle) {
        synchronized (handles) {
            if (closed.get()) {
                throw new IllegalStateException("NDManager has been closed already.");
            }
            int slot = handles.add(handle);
            if (slot >= arrays.length) {
                arrays = Arrays.copyOf(arrays, Math.max(16, 2 * arrays.length));
            }
            arrays[slot] = array;
            return slot;
        }
    }

    void requireUncapped() {
        if (capped.get()) {
            throw new IllegalStateException("NDManager is capped for addition of resources.");
        }
    }

    /** Lets an array go; the slot is free afterwards. */
    void detach(int slot) {
        synchronized (handles) {
            if (slot < arrays.length) {
                arrays[slot] = null;
            }
            handles.remove(slot);
        }
    }

    /** Notes that the array in a slot has another handle now. */
    void replace(int slot, long handle) {
        handles.set(slot, handle);
    }

    /** Whether the manager of a temporary attachment holds an array under its name. */
    boolean holdsTemporarily(TorchNDArray array) {
        return !tempResources.isEmpty() && tempResources.containsKey(array.getUid());
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        @Nullable TorchNDArray[] open;
        synchronized (handles) {
            open = arrays;
            arrays = NONE;
            // From here on each array frees its own: one may just be entering on another thread.
            handles.forget();
        }
        for (TorchNDArray array : open) {
            if (array != null) {
                array.close();
            }
        }
        closeNamed();
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    /** Closes or returns what is held by name: managers and resources that are not arrays. */
    private void closeNamed() {
        for (AutoCloseable resource : resources.values()) {
            try {
                resource.close();
            } catch (Exception e) {
                LOGGER.error("Resource close failed.", e);
            }
        }
        for (TempResource resource : tempResources.values()) {
            resource.returnResource();
        }
        parent.detachInternal(uid);
        resources.clear();
        tempResources.clear();
    }

    @Override
    public List<NDArray> getManagedArrays() {
        List<NDArray> managed = new ArrayList<>(super.getManagedArrays());
        synchronized (handles) {
            for (TorchNDArray array : arrays) {
                if (array != null) {
                    managed.add(array);
                }
            }
        }
        return managed;
    }

    /** {@inheritDoc} Arrays count as resources, as in DJL's other engines. */
    @Override
    public void debugDump(int level) {
        System.out.printf(
                "%s\\--- NDManager(%s, %s) resource count: %d%n",
                "    ".repeat(level), uid, device, resources.size() + handles.size());
        for (AutoCloseable resource : resources.values()) {
            if (resource instanceof BaseNDManager manager) {
                manager.debugDump(level + 1);
            }
        }
    }

    @Override
    public String toString() {
        String parentName = parent == null ? "No Parent" : parent.getName();
        return "Name: "
                + getName()
                + " Parent Name: "
                + parentName
                + " isOpen: "
                + isOpen()
                + " Resource size: "
                + (resources.size() + handles.size());
    }

    @Override
    public final Engine getEngine() {
        return TorchEngineProvider.engine();
    }

    @Override
    public TorchManager newSubManager() {
        return newSubManager(device);
    }

    @Override
    public TorchManager newSubManager(@Nullable Device device) {
        TorchManager manager = new TorchManager(this, device);
        attachUncappedInternal(manager.uid, manager);
        return manager;
    }

    /**
     * The manager of arrays that came from this one's to another device. There is one for each
     * device, so that moving arrays does not fill this manager with others.
     */
    TorchManager on(Device other) {
        if (other.equals(device)) {
            return this;
        }
        synchronized (handles) {
            Map<Device, TorchManager> managers = elsewhere;
            if (managers == null) {
                managers = new HashMap<>();
                elsewhere = managers;
            }
            TorchManager known = managers.get(other);
            if (known == null || !known.isOpen()) {
                known = new OnDevice(this, other);
                attachUncappedInternal(known.uid(), known);
                managers.put(other, known);
            }
            return known;
        }
    }

    /** A manager of what has been moved, from which arrays move back to where they came from. */
    private static final class OnDevice extends TorchManager {
        private final TorchManager home;

        OnDevice(TorchManager home, Device device) {
            super(home, device);
            this.home = home;
        }

        @Override
        TorchManager on(Device other) {
            return home.on(other);
        }
    }

    final String uid() {
        return uid;
    }

    @Override
    public ByteBuffer allocateDirect(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    @Override
    public @Nullable TorchNDArray from(@Nullable NDArray array) {
        if (array == null || array instanceof TorchNDArray) {
            return (TorchNDArray) array;
        }
        TorchNDArray result = create(array.toByteBuffer(), array.getShape(), array.getDataType());
        result.setName(array.getName());
        return result;
    }

    @Override
    public TorchNDArray create(Shape shape, DataType dataType) {
        return wrap(Creation.empty(shape, dataType, device));
    }

    @Override
    public TorchNDArray create(Buffer data, Shape shape, DataType dataType) {
        return wrap(Creation.of(data, shape, dataType, device));
    }

    @Override
    public TorchNDArray create(String[] data, Charset charset, Shape shape) {
        return new TorchNDArray(this, data, shape);
    }

    @Override
    public TorchNDArray create(float data) {
        return scalar(Scalars.of(data));
    }

    @Override
    public TorchNDArray create(int data) {
        return scalar(Scalars.of(data));
    }

    @Override
    public TorchNDArray create(double data) {
        return scalar(Scalars.of(data));
    }

    @Override
    public TorchNDArray create(long data) {
        return scalar(Scalars.of(data));
    }

    @Override
    public TorchNDArray create(byte data) {
        return scalar(Scalars.of(data));
    }

    private TorchNDArray scalar(long handle) {
        return wrap(Creation.moved(handle, device));
    }

    @Override
    public TorchNDArray createCoo(Buffer data, long[][] indices, Shape shape) {
        try (NDArray values = create(data, new Shape(indices[0].length));
                NDArray places = create(indices)) {
            return wrap(Creation.sparse((TorchNDArray) places, (TorchNDArray) values, shape));
        }
    }

    @Override
    public TorchNDArray zeros(Shape shape, DataType dataType) {
        return wrap(Creation.zeros(shape, dataType, device));
    }

    @Override
    public TorchNDArray ones(Shape shape, DataType dataType) {
        return wrap(Creation.ones(shape, dataType, device));
    }

    @Override
    public TorchNDArray full(Shape shape, float value, DataType dataType) {
        return wrap(Creation.full(shape, value, dataType, device));
    }

    @Override
    public TorchNDArray arange(float start, float stop, float step, DataType dataType) {
        return wrap(Creation.arange(start, stop, step, dataType, device));
    }

    @Override
    public TorchNDArray eye(int rows, int cols, int k, DataType dataType) {
        return wrap(Creation.eye(rows, cols, k, dataType, device));
    }

    @Override
    public TorchNDArray linspace(float start, float stop, int num, boolean endpoint) {
        return wrap(Creation.linspace(start, stop, num, endpoint, device));
    }

    @Override
    public TorchNDArray randomInteger(long low, long high, Shape shape, DataType dataType) {
        return wrap(RandomCreation.integers(low, high, shape, dataType, device));
    }

    @Override
    public TorchNDArray randomPermutation(long n) {
        return wrap(RandomCreation.permutation(n, device));
    }

    @Override
    public TorchNDArray randomUniform(float low, float high, Shape shape, DataType dataType) {
        return wrap(RandomCreation.uniform(low, high, shape, dataType, device));
    }

    @Override
    public TorchNDArray randomNormal(float loc, float scale, Shape shape, DataType dataType) {
        return wrap(RandomCreation.normal(loc, scale, shape, dataType, device));
    }

    @Override
    public NDArray randomMultinomial(int n, NDArray pValues) {
        return randomMultinomial(n, pValues, new Shape());
    }

    @Override
    public NDArray randomMultinomial(int n, NDArray pValues, Shape shape) {
        NDArray counts = Sampling.counts(n, known(pValues), shape);
        counts.attach(this);
        return counts;
    }

    @Override
    public TorchNDArray sampleNormal(NDArray mu, NDArray sigma) {
        return sampleNormal(mu, sigma, new Shape());
    }

    @Override
    public TorchNDArray sampleNormal(NDArray mu, NDArray sigma, Shape shape) {
        return wrap(Sampling.normal(known(mu), known(sigma), shape));
    }

    @Override
    public TorchNDArray samplePoisson(NDArray lam) {
        return samplePoisson(lam, new Shape());
    }

    @Override
    public TorchNDArray samplePoisson(NDArray lam, Shape shape) {
        return wrap(Sampling.poisson(known(lam), shape));
    }

    @Override
    public TorchNDArray sampleGamma(NDArray alpha, NDArray beta) {
        return sampleGamma(alpha, beta, new Shape());
    }

    @Override
    public TorchNDArray sampleGamma(NDArray alpha, NDArray beta, Shape shape) {
        return wrap(Sampling.gamma(known(alpha), known(beta), shape));
    }

    private TorchNDArray known(NDArray array) {
        return requireNonNull(from(array), "the NDArray is null");
    }

    @Override
    public TorchNDArray hanningWindow(long numPoints) {
        return wrap(Creation.hannWindow(numPoints, device));
    }
}
