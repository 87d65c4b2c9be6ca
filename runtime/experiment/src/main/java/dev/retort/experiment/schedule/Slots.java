package dev.retort.experiment.schedule;

import dev.retort.experiment.Resources;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which cores and devices are free. */
final class Slots {
    private final Capacity capacity;
    private final TreeSet<Integer> devices;
    private int cores;

    Slots(Capacity capacity) {
        this.capacity = capacity;
        this.devices = new TreeSet<>(capacity.devices());
        this.cores = capacity.cores();
    }

    /** What is free. */
    Room free() {
        return new Room(cores, devices.size());
    }

    /** Takes cores, and the devices of the lowest numbers. */
    List<Integer> take(Resources needed) {
        if (!free().fits(needed)) {
            throw new IllegalStateException("there is no room for " + needed);
        }
        cores -= needed.cores();
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < needed.devices(); i++) {
            taken.add(devices.removeFirst());
        }
        return taken;
    }

    void giveBack(Resources needed, List<Integer> taken) {
        cores += needed.cores();
        devices.addAll(taken);
    }

    boolean isFull() {
        return cores == 0;
    }

    @Override
    public String toString() {
        String text = cores + " of " + capacity.cores() + " cores";
        return capacity.devices().isEmpty()
                ? text
                : text + " and " + devices.size() + " of " + capacity.devices().size() + " devices";
    }
}
