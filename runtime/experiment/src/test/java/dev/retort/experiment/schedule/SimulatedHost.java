package dev.retort.experiment.schedule;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stand-in devices and processes of a machine that several schedulers share. */
final class SimulatedHost {
    final List<String> killed = new ArrayList<>();

    /** Those that no signal ends. */
    final Set<String> immortal = new HashSet<>();

    private final Map<Integer, Machine> owners = new HashMap<>();
    private final Map<String, Set<Integer>> processes = new HashMap<>();

    /** The machine as one more scheduler sees it. */
    Machine machine() {
        return new View();
    }

    /** A process of an attempt is there, and holds its devices. */
    void begin(String process, Set<Integer> devices) {
        processes.put(process, devices);
    }

    /** As if the process of a scheduler had ended: what it had taken is free. */
    void end(Machine scheduler) {
        owners.values().removeIf(scheduler::equals);
    }

    void end(String process) {
        processes.remove(process);
    }

    private final class View implements Machine {
        @Override
        public @Nullable String take(int device) {
            if (owners.containsKey(device)) {
                return "another scheduler has it";
            }
            if (processes.values().stream().anyMatch(held -> held.contains(device))) {
                return "a process still has it";
            }
            owners.put(device, this);
            return null;
        }

        @Override
        public void giveBack(int device) {
            owners.remove(device, this);
        }

        @Override
        public boolean isAlive(String process) {
            return processes.containsKey(process);
        }

        @Override
        public void kill(String process) {
            killed.add(process);
            if (!immortal.contains(process)) {
                processes.remove(process);
            }
        }
    }
}
