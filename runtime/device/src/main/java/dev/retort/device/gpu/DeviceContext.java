package dev.retort.device.gpu;

import dev.retort.cuda.CudaContexts;
import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaMemory;
import dev.retort.cuda.DeviceLostException;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One user's hold on the primary context of a device: the place in which streams, memory and
 * kernels are made.
 *
 * <p>All methods may be called from any thread. A method makes the context current on the calling
 * thread for its own duration if it is not, and leaves the thread as it was; {@link #enter()} saves
 * that for many calls in a row. No call waits for the device unless its documentation says so.
 *
 * <p>Whatever is made here is closed by its owner, in any order. The hold on the device ends when
 * the context and all that was made in it are closed. An object must not be closed while another
 * thread is using it.
 *
 * <p>Use of a closed object and use together with an object of another context is an {@link
 * IllegalStateException}. The system property {@value #DEBUG_PROPERTY}, read when a context is
 * opened, adds the stacks that made and closed the object, and logs a warning with the making stack
 * of everything that is still open when the context is closed.
 *
 * <p>Once the driver, or whoever calls {@link #lose}, has told that the device is lost, every call
 * throws {@link DeviceLostException}, pending {@linkplain Stream#completion() completions} fail
 * with it, and closing succeeds.
 */
public final class DeviceContext implements AutoCloseable {
    /** The system property that turns debug mode on when it is {@code true}. */
    public static final String DEBUG_PROPERTY = "dev.retort.device.debug";

    private static final System.Logger LOG = System.getLogger(DeviceContext.class.getName());

    private final Device device;
    private final CudaDriver driver;
    private final CudaContexts contexts;
    private final long handle;
    private final boolean debugging = Boolean.getBoolean(DEBUG_PROPERTY);

    private final Consumer<OpenResource> leaks;

    /** Every object that keeps the hold alive; 1 is this object itself. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();

    /** What is open; kept in debug mode only. */
    private final Set<Lifetime> open =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final PeerLinks peers = new PeerLinks(this);
    private volatile @Nullable DeviceLostException lost;

    private DeviceContext(Device device, long handle, Consumer<OpenResource> leaks) {
        this.device = device;
        this.leaks = leaks;
        this.driver = device.driver();
        this.contexts = driver.contexts();
        this.handle = handle;
    }

    static DeviceContext open(Device device) {
        return open(device, DeviceContext::log);
    }

    /** As {@link #open(Device)}, with whoever is told of leaks. */
    static DeviceContext open(Device device, Consumer<OpenResource> leaks) {
        long handle = device.driver().contexts().retainPrimary(device.handle());
        DeviceContext context = new DeviceContext(device, handle, leaks);
        OpenContexts.add(context);
        return context;
    }

    private static void log(OpenResource leak) {
        LOG.log(
                Level.WARNING,
                leak.what() + " is still open while its context is closed",
                leak.madeHere().orElse(null));
    }

    /**
     * The memory of the device at one moment.
     *
     * @return free and total bytes, for all processes
     */
    public CudaMemory.Info memory() {
        return call(() -> driver.memory().info());
    }

    /**
     * The device of this context.
     *
     * @return the device
     */
    public Device device() {
        return device;
    }

    /**
     * The driver's handle of the context, for other libraries. It is valid until {@link #close()}.
     *
     * @return a {@code CUcontext}
     */
    public long handle() {
        checkOpen();
        return handle;
    }

    /**
     * Creates a stream of the usual priority.
     *
     * @return the stream, owned by the caller
     */
    public Stream createStream() {
        return createStream(0);
    }

    /**
     * Creates a stream. It does not wait for the default stream of the device.
     *
     * @param priority the priority; a lower number goes first; the driver moves it into the range
     *     that the device has
     * @return the stream, owned by the caller
     */
    public Stream createStream(int priority) {
        return Stream.create(this, priority);
    }

    /**
     * A stream that another library owns, for example the current one of libtorch.
     *
     * @param stream its {@code CUstream}, or 0 for the legacy default stream
     * @return the stream; closing it does nothing to the other library's
     */
    public Stream borrowStream(long stream) {
        return Stream.borrow(this, stream);
    }

    /**
     * Creates an event that can be timed.
     *
     * @return the event, owned by the caller
     */
    public Event createEvent() {
        return Event.create(this, true);
    }

    /**
     * Creates an event that cannot be timed; recording it and waiting for it cost less.
     *
     * @return the event, owned by the caller
     */
    public Event createUntimedEvent() {
        return Event.create(this, false);
    }

    /**
     * Allocates device memory. This may synchronise the device, as may its closing; inside a loop
     * take a {@link MemoryPool}.
     *
     * @param bytes how much, more than 0
     * @return the memory, with undefined content, owned by the caller
     * @throws dev.retort.cuda.OutOfDeviceMemoryException when there is not enough
     */
    public DeviceBuffer allocate(long bytes) {
        return DeviceBuffer.allocate(this, bytes);
    }

    /**
     * Device memory that another library owns, for example that of a tensor.
     *
     * @param address its address on this device
     * @param bytes its size
     * @return a view; whoever owns the memory keeps it alive
     */
    public DeviceMemory borrowMemory(long address, long bytes) {
        checkOpen();
        return new DeviceSlice(this, address, bytes);
    }

    /**
     * Allocates page-locked host memory, from and to which copies run beside other work.
     *
     * @param bytes how much, more than 0
     * @return the memory, with undefined content, owned by the caller
     * @throws dev.retort.cuda.OutOfDeviceMemoryException when the host cannot lock as much
     */
    public PinnedBuffer allocatePinned(long bytes) {
        return PinnedBuffer.allocate(this, bytes);
    }

    /**
     * The pool of stream-ordered memory that all users of the device in this process share.
     *
     * @return the pool; closing it does nothing
     * @throws dev.retort.cuda.NotSupportedException when the driver has no pools
     */
    public MemoryPool defaultPool() {
        return MemoryPool.shared(this);
    }

    /**
     * Creates a pool of stream-ordered memory.
     *
     * @return the pool, owned by the caller
     * @throws dev.retort.cuda.NotSupportedException when the driver has no pools
     */
    public MemoryPool createPool() {
        return MemoryPool.create(this);
    }

    /**
     * Loads device code. PTX is compiled for the device, which takes long; the driver keeps what it
     * compiled in a cache of its own.
     *
     * @param ptx the code as text
     * @return the module, owned by the caller
     * @throws dev.retort.cuda.CudaException with the compiler's log when the code is not accepted,
     *     for example because it is for a newer architecture
     */
    public KernelModule load(String ptx) {
        try (Arena arena = Arena.ofConfined()) {
            return KernelModule.load(this, arena.allocateFrom(ptx));
        }
    }

    /**
     * Loads device code.
     *
     * @param image PTX that ends with a zero byte, a cubin or a fatbin, on or off the Java heap
     * @return the module, owned by the caller
     * @throws dev.retort.cuda.CudaException when the code is not accepted
     */
    public KernelModule load(MemorySegment image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code =
                    image.isNative()
                            ? image
                            : arena.allocate(image.byteSize(), Long.BYTES).copyFrom(image);
            return KernelModule.load(this, code);
        }
    }

    /** Waits until all work in the context is done. This synchronises the device. */
    public void synchronize() {
        run(contexts::synchronize);
    }

    /**
     * Lets kernels of this context reach the memory of another one, in this direction, until either
     * is closed. Memory of pools needs {@link MemoryPool#allowAccess} as well. A second call does
     * nothing.
     *
     * @param other a context on another device
     * @throws dev.retort.cuda.CudaException when the devices cannot reach each other
     */
    public void enablePeerAccess(DeviceContext other) {
        peers.enable(other);
    }

    /**
     * Takes back what {@link #enablePeerAccess} allowed.
     *
     * @param other the other context
     */
    public void disablePeerAccess(DeviceContext other) {
        peers.disable(other);
    }

    /**
     * Makes the context current on the calling thread until the scope is closed, by the same
     * thread. Calls in between need not do so themselves.
     *
     * @return the scope
     */
    public Scope enter() {
        checkUsable();
        contexts.push(handle);
        return new Scope(contexts);
    }

    /** A stretch of one thread's life in which a context is current. */
    public static final class Scope implements AutoCloseable {
        private final CudaContexts contexts;
        private final Thread thread = Thread.currentThread();
        private boolean left;

        Scope(CudaContexts contexts) {
            this.contexts = contexts;
        }

        /** Makes the thread's previous context current again. A second call does nothing. */
        @Override
        public void close() {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException(
                        "the scope was entered by %s and is closed by %s"
                                .formatted(thread, Thread.currentThread()));
            }
            if (!left) {
                left = true;
                contexts.pop();
            }
        }
    }

    /**
     * Declares the device lost: every later call of this context throws, and pending completions
     * fail. NVML often sees a loss before the driver tells of it.
     *
     * @param cause what told of the loss
     */
    public void lose(DeviceLostException cause) {
        refuse(cause);
        Completions.fail(this, cause);
    }

    /** Refuses further work; what is pending stays so. */
    void refuse(DeviceLostException cause) {
        if (lost == null) {
            lost = cause;
        }
    }

    /**
     * What told that the device is lost.
     *
     * @return the exception, or empty while the device works
     */
    public Optional<DeviceLostException> lost() {
        return Optional.ofNullable(lost);
    }

    /**
     * What was made in this context and is still open. Kept in debug mode only.
     *
     * @return the open objects, in no order; empty without debug mode
     */
    public List<OpenResource> openResources() {
        synchronized (open) {
            return open.stream().map(one -> new OpenResource(one.what(), one.madeHere())).toList();
        }
    }

    /** Ends the making of new objects; those that exist stay usable. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            openResources().forEach(leaks);
            letGo();
        }
    }

    CudaDriver driver() {
        return driver;
    }

    boolean debugging() {
        return debugging;
    }

    /** The context's handle for objects that were made in it, also after {@link #close()}. */
    long rawHandle() {
        return handle;
    }

    /** Whether kernels of this context reach the memory of another one. */
    boolean reaches(DeviceContext other) {
        return this == other || peers.reaches(other);
    }

    /** Counts an object that was made; also by an object that outlives {@link #close()}. */
    void adopt(Lifetime one) {
        holders.incrementAndGet();
        if (debugging) {
            open.add(one);
        }
    }

    /** Forgets an object that was closed. */
    void release(Lifetime one) {
        if (debugging) {
            open.remove(one);
        }
        letGo();
    }

    private void letGo() {
        if (holders.decrementAndGet() == 0) {
            OpenContexts.remove(this);
            try {
                peers.close();
            } finally {
                releasePrimary();
            }
        }
    }

    private void releasePrimary() {
        try {
            contexts.releasePrimary(device.handle());
        } catch (DeviceLostException e) {
            lose(e);
        }
    }

    /** Passes until {@link #close()}: whoever makes an object asks first. */
    void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the context of " + device + " is closed");
        }
    }

    private void checkUsable() {
        DeviceLostException cause = lost;
        if (cause != null) {
            throw cause.again();
        }
    }

    /**
     * Makes the context current if it is not; allocates nothing. Every call that returns true is
     * paired with one of {@link #leave}.
     */
    boolean makeCurrent() {
        checkUsable();
        return pushUnlessCurrent();
    }

    private boolean pushUnlessCurrent() {
        if (contexts.current() == handle) {
            return false;
        }
        contexts.push(handle);
        return true;
    }

    void leave() {
        contexts.pop();
    }

    /** Calls the driver with the context current and remembers a loss. Not for hot paths. */
    <T> T call(Supplier<T> work) {
        boolean pushed = makeCurrent();
        try {
            return work.get();
        } catch (DeviceLostException e) {
            lose(e);
            throw e;
        } finally {
            if (pushed) {
                leave();
            }
        }
    }

    void run(Runnable work) {
        call(
                () -> {
                    work.run();
                    return Boolean.TRUE;
                });
    }

    /** For closing: the driver frees its own part of an object also when the device is gone. */
    void runEvenIfLost(Runnable work) {
        boolean pushed = pushUnlessCurrent();
        try {
            work.run();
        } catch (DeviceLostException e) {
            lose(e);
            throw e;
        } finally {
            if (pushed) {
                leave();
            }
        }
    }

    /** {@return the device's name with the ordinal} */
    @Override
    public String toString() {
        return "context of " + device;
    }
}
