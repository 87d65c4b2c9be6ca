package dev.retort.experiment.schedule;

import dev.retort.experiment.worker.DeviceLock;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** The machine that this process runs on. */
final class ThisMachine implements Machine {
    private final DeviceNames names;
    private final Map<Integer, DeviceLock> taken = new HashMap<>();

    ThisMachine(DeviceNames names) {
        this.names = names;
    }

    @Override
    public @Nullable String take(int device) {
        DeviceLock.Attempted attempted = DeviceLock.forScheduler(names.lock(device));
        DeviceLock lock = attempted.lock();
        if (lock == null) {
            return attempted.reason();
        }
        taken.put(device, lock);
        return null;
    }

    @Override
    public void giveBack(int device) {
        DeviceLock lock = taken.remove(device);
        if (lock != null) {
            lock.close();
        }
    }

    @Override
    public boolean isAlive(String process) {
        return HostProcess.isAlive(process);
    }

    @Override
    public void kill(String process) {
        HostProcess.handle(process)
                .ifPresent(
                        handle -> {
                            // Those it started first, as nobody knows later whose they were.
                            handle.descendants().forEach(ProcessHandle::destroyForcibly);
                            handle.destroyForcibly();
                        });
    }
}
