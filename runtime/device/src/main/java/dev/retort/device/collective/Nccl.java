package dev.retort.device.collective;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.preset.Presets;

import java.util.List;

/** NCCL, if it can be loaded. May be used from any thread. */
public final class Nccl {
    /** The size of an identity. */
    static final int IDENTITY_BYTES = 128;

    private Nccl() {}

    /**
     * Loads the library.
     *
     * @return its entry, or why it cannot be used; never an exception
     */
    public static Availability<Nccl> probe() {
        return switch (Presets.load("org.bytedeco.cuda.global.nccl")) {
            case Available<Class<?>> _ -> new Available<>(new Nccl());
            case Unavailable<Class<?>>(List<String> reasons) -> new Unavailable<>(reasons);
        };
    }

    /**
     * The library's version.
     *
     * @return for example {@code 2.28.9}
     */
    public String version() {
        return Communicator.version();
    }

    /**
     * A new group's identity, which one member makes and gives to all others by whatever means.
     *
     * @return 128 bytes
     * @throws NcclException when the library refuses
     */
    public byte[] createIdentity() {
        return Communicator.createIdentity();
    }

    /**
     * Joins a group. This waits until all members have joined, so that each needs a thread, or all
     * of them a {@link #group}; the memberships can then be used, and closed, once the group has
     * ended.
     *
     * @param context the member's device
     * @param identity the group's identity
     * @param rank the member's number, from 0
     * @param size how many members there are
     * @return the membership, owned by the caller, who closes it before the context
     * @throws NcclException when the library refuses
     */
    public Communicator join(DeviceContext context, byte[] identity, int rank, int size) {
        if (identity.length != IDENTITY_BYTES) {
            throw new IllegalArgumentException(
                    "an identity has %d bytes, found %d"
                            .formatted(IDENTITY_BYTES, identity.length));
        }
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException(
                    "a rank is from 0 to %d, found %d".formatted(size - 1, rank));
        }
        return Communicator.join(context, identity, rank, size);
    }

    /**
     * Lets one thread call for several members: what the code calls is begun together at its end.
     *
     * @param calls the code
     * @throws NcclException when the library refuses
     */
    public void group(Runnable calls) {
        Communicator.group(calls);
    }
}
