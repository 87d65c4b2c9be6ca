package dev.retort.experiment.lab;

import dev.retort.experiment.velocity.Milestone;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** When runs had a device of their scheduler, and with how many others. */
final class DeviceStays {
    private record Device(String scheduler, int number) {}

    /** The runs that have a device from a time on, and those that have it up to then. */
    private record Change(List<String> begun, List<String> over) {}

    private final Map<Device, TreeMap<Instant, Change>> changes = new HashMap<>();

    /**
     * An attempt had devices.
     *
     * @param run its run; no two attempts of a run overlap
     * @param from since when
     * @param until up to when; {@link Instant#MAX} if it still has them
     */
    void add(String run, String scheduler, List<Integer> devices, Instant from, Instant until) {
        // Who has several shares none of them.
        if (devices.size() == 1 && from.isBefore(until)) {
            Device device = new Device(scheduler, devices.getFirst());
            change(device, from).begun().add(run);
            change(device, until).over().add(run);
        }
    }

    private Change change(Device device, Instant at) {
        return changes.computeIfAbsent(device, _ -> new TreeMap<>())
                .computeIfAbsent(at, _ -> new Change(new ArrayList<>(), new ArrayList<>()));
    }

    /** When which of them shared its device with how many; not in order. */
    List<Milestone> shared() {
        List<Milestone> found = new ArrayList<>();
        for (TreeMap<Instant, Change> ofDevice : changes.values()) {
            Map<String, Integer> holders = new LinkedHashMap<>();
            ofDevice.forEach(
                    (at, change) -> {
                        change.over().forEach(holders::remove);
                        change.begun().forEach(run -> holders.put(run, 1));
                        tell(found, at, holders);
                    });
        }
        return found;
    }

    /** What is new to those that have a device: how many they are. */
    private static void tell(List<Milestone> found, Instant at, Map<String, Integer> holders) {
        for (Map.Entry<String, Integer> holder : holders.entrySet()) {
            if (holder.setValue(holders.size()) != holders.size()) {
                found.add(new Milestone.Shared(at, holder.getKey(), holders.size()));
            }
        }
    }
}
