package dev.retort.device.gpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that recorded work uses. A graph replays raw addresses, so before each launch all of
 * it must still be there.
 */
final class UsedMemory {
    private final List<Lifetime> owners = new ArrayList<>();
    private final List<MemorySegment.Scope> hosts = new ArrayList<>();

    void add(Lifetime owner) {
        if (!owners.contains(owner)) {
            owners.add(owner);
        }
    }

    void add(MemorySegment.Scope host) {
        if (!hosts.contains(host)) {
            hosts.add(host);
        }
    }

    /** Passes while all of it is there; allocates nothing. */
    void check() {
        for (int i = 0; i < owners.size(); i++) {
            owners.get(i).check();
        }
        for (int i = 0; i < hosts.size(); i++) {
            if (!hosts.get(i).isAlive()) {
                throw new IllegalStateException(
                        "host memory from or to which the graph copies is no longer there");
            }
        }
    }
}
