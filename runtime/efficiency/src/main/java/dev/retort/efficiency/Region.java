package dev.retort.efficiency;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a training loop is doing, as it tells a {@link RunMeter}. Every nanosecond of a run belongs
 * to exactly one region: the innermost that is open, and {@link #OTHER} when none is. What the
 * nanosecond was worth is its {@link Bucket}: the first, in the order of the buckets, of all
 * regions that are open. A forward pass inside an evaluation is therefore the region {@code
 * FORWARD} and the bucket {@code EVALUATION}.
 *
 * <p>Immutable; one object per name in a JVM, so regions compare by identity.
 */
public final class Region {
    /** The regions of a JVM, those of users included; more share {@link #FURTHER}. */
    static final int LIMIT = 64;

    private static final Object LOCK = new Object();
    private static final Map<String, Region> BY_NAME = new HashMap<>();
    private static final List<Region> BY_INDEX = new ArrayList<>();

    /** Waiting for the next batch: reading, decoding, augmenting and copying it to the device. */
    public static final Region INPUT = new Region("INPUT", Bucket.INPUT_STALL);

    /** The forward pass, up to and including the loss. */
    public static final Region FORWARD = new Region("FORWARD", Bucket.PENDING);

    /** The backward pass: the gradients of the loss. */
    public static final Region BACKWARD = new Region("BACKWARD", Bucket.PENDING);

    /** The optimiser's update of the parameters. */
    public static final Region UPDATE = new Region("UPDATE", Bucket.PENDING);

    /**
     * Forward, backward and update of a loop that does not tell them apart, such as DJL's {@code
     * EasyTrain}.
     */
    public static final Region STEP = new Region("STEP", Bucket.PENDING);

    /** Validation and testing. */
    public static final Region EVALUATION = new Region("EVALUATION", Bucket.EVALUATION);

    /** Writing a checkpoint while training waits. */
    public static final Region CHECKPOINT_SAVE =
            new Region("CHECKPOINT_SAVE", Bucket.CHECKPOINT_SAVE_BLOCKING);

    /** Reading a checkpoint. */
    public static final Region CHECKPOINT_RESTORE =
            new Region("CHECKPOINT_RESTORE", Bucket.CHECKPOINT_RESTORE);

    /** Waiting for a machine or a free device. */
    public static final Region QUEUE_WAIT = new Region("QUEUE_WAIT", Bucket.QUEUE_WAIT);

    /** Getting a machine ready. */
    public static final Region PROVISION = new Region("PROVISION", Bucket.PROVISION);

    /** Going on with fewer machines. */
    public static final Region ELASTIC_SLICE_DOWN =
            new Region("ELASTIC_SLICE_DOWN", Bucket.ELASTIC_SLICE_DOWN);

    /** Taking machines in. */
    public static final Region ELASTIC_SCALE_UP =
            new Region("ELASTIC_SCALE_UP", Bucket.ELASTIC_SCALE_UP);

    /** Starting over after the number of machines changed. */
    public static final Region ELASTIC_REINIT = new Region("ELASTIC_REINIT", Bucket.ELASTIC_REINIT);

    /** Recovering from a failure of the machine. A resumed run books its downtime here. */
    public static final Region RECOVERY = new Region("RECOVERY", Bucket.INFRA_RECOVERY);

    /** Bringing up the device and its libraries. */
    public static final Region DEVICE_INIT = new Region("DEVICE_INIT", Bucket.DEVICE_INIT);

    /** Preparing the training: building the model, opening the data. */
    public static final Region SETUP = new Region("SETUP", Bucket.TRAINING_PREP);

    /** Compiling, capturing graphs and warming up. */
    public static final Region WARM_UP = new Region("WARM_UP", Bucket.PROGRAM_STARTUP);

    /** Work of the host for which the device waits, such as logging. */
    public static final Region HOST = new Region("HOST", Bucket.HOST_STALL);

    /** Waiting for a copy between host and device. */
    public static final Region COPY = new Region("COPY", Bucket.COPY_STALL);

    /** Waiting for communication between devices. */
    public static final Region COMMUNICATION = new Region("COMMUNICATION", Bucket.COMM_STALL);

    /** Waiting for the slowest of several workers. */
    public static final Region STRAGGLER_WAIT = new Region("STRAGGLER_WAIT", Bucket.STRAGGLER_WAIT);

    /** Whatever is in no region. A loop may also open it, to exclude a part of another region. */
    public static final Region OTHER = new Region("OTHER", Bucket.OTHER);

    /** What regions of users are together once there are too many names to tell apart. */
    static final Region FURTHER = new Region("FURTHER", Bucket.CUSTOM);

    private static final List<Region> STANDARD;

    static {
        synchronized (LOCK) {
            STANDARD = List.copyOf(BY_INDEX.subList(0, FURTHER.index));
        }
    }

    private final String name;
    private final Bucket bucket;

    /** Position among the regions of this JVM: an index into arrays, never stored. */
    private final int index;

    private Region(String name, Bucket bucket) {
        this.name = name;
        this.bucket = bucket;
        synchronized (LOCK) {
            index = BY_INDEX.size();
            BY_INDEX.add(this);
            BY_NAME.put(name, this);
        }
    }

    /**
     * The regions that have a meaning of their own.
     *
     * @return them, {@link #OTHER} last
     */
    public static List<Region> standard() {
        return STANDARD;
    }

    /**
     * A region with a name of the user's, in the bucket {@link Bucket#CUSTOM}. Asked twice, the
     * same region is returned; keep it in a constant, since asking is not for the hot path. A JVM
     * tells about 40 names apart; what comes after is one region, {@code FURTHER}.
     *
     * @param name the name; that of a standard region gives that region
     * @return the region
     * @throws IllegalArgumentException if the name is blank
     */
    public static Region named(String name) {
        Objects.requireNonNull(name, "name is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("expected the name of a region, found a blank");
        }
        synchronized (LOCK) {
            Region known = BY_NAME.get(name);
            if (known != null) {
                return known;
            }
            return BY_INDEX.size() == LIMIT ? FURTHER : new Region(name, Bucket.CUSTOM);
        }
    }

    /**
     * The name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * What its time is worth where no other region is open around it.
     *
     * @return the bucket; {@link Bucket#PENDING} for the parts of a training step
     */
    public Bucket bucket() {
        return bucket;
    }

    int index() {
        return index;
    }

    static Region at(int index) {
        synchronized (LOCK) {
            return BY_INDEX.get(index);
        }
    }

    @Override
    public String toString() {
        return bucket == Bucket.CUSTOM ? "CUSTOM:" + name : name;
    }
}
