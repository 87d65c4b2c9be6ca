package dev.retort.experiment.schedule;

import dev.retort.experiment.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which cores and devices are free. */
final class Slots {
    private final Capacity capacity;
    private final Machine machine;
    private final TreeSet<Integer> devices;

    /** How many attempts have a device that is not free. */
    private final Map<Integer, Integer> holders = new HashMap<>();

    /** Why a device of this scheduler is not free although no attempt of its own has it. */
    private final Map<Integer, String> elsewhere = new TreeMap<>();

    private int cores;

    Slots(Capacity capacity, Machine machine) {
        this.capacity = capacity;
        this.machine = machine;
        this.devices = new TreeSet<>(capacity.devices());
        this.cores = capacity.cores();
    }

    /** What is free, as far as it is known before it is taken. */
    Room free() {
        return new Room(cores, devices.size());
    }

    /** Looks again for devices that were found taken by others. */
    void look() {
        for (int device : List.copyOf(elsewhere.keySet())) {
            String why = machine.take(device);
            if (why == null) {
                machine.giveBack(device);
                elsewhere.remove(device);
                devices.add(device);
            } else {
                elsewhere.put(device, why);
            }
        }
    }

    /**
     * Takes cores, and the devices of the lowest numbers that no other scheduler of this machine
     * has.
     *
     * @return the devices, or {@code null} if others have too many of them; then {@link #free} says
     *     less
     */
    @Nullable List<Integer> take(Resources needed) {
        if (!free().fits(needed)) {
            throw new IllegalStateException("there is no room for " + needed);
        }
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < needed.devices() && !devices.isEmpty()) {
            int device = devices.removeFirst();
            String why = machine.take(device);
            if (why == null) {
                holders.put(device, 1);
                taken.add(device);
            } else {
                elsewhere.put(device, why);
            }
        }
        if (taken.size() < needed.devices()) {
            giveBack(taken);
            return null;
        }
        cores -= needed.cores();
        return taken;
    }

    /** Takes cores, and a device that others have already. */
    List<Integer> join(Resources needed, int device) {
        cores -= needed.cores();
        holders.merge(device, 1, Integer::sum);
        return List.of(device);
    }

    void giveBack(Resources needed, List<Integer> taken) {
        cores += needed.cores();
        giveBack(taken);
    }

    private void giveBack(List<Integer> taken) {
        for (int device : taken) {
            if (holders.merge(device, -1, Integer::sum) == 0) {
                holders.remove(device);
                machine.giveBack(device);
                devices.add(device);
            }
        }
    }

    boolean isFull() {
        return cores == 0;
    }

    @Override
    public String toString() {
        String text = cores + " of " + capacity.cores() + " cores";
        if (!capacity.devices().isEmpty()) {
            text += " and " + devices.size() + " of " + capacity.devices().size() + " devices";
        }
        for (Map.Entry<Integer, String> other : elsewhere.entrySet()) {
            text += " (device " + other.getKey() + ": " + other.getValue() + ")";
        }
        return text;
    }
}
