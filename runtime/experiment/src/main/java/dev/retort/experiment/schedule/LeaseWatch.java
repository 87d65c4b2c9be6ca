package dev.retort.experiment.schedule;

import dev.retort.experiment.store.Heartbeat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which other schedulers are gone: those whose process on this machine has ended, and those whose
 * count stood still for the time of a lease by the clock of who looks, and was looked at all the
 * time: after a pause of its own it knows no more than before. No clock of another machine and no
 * jump of a clock matters.
 */
final class LeaseWatch {
    private final String self;
    private final String host;
    private final Duration lease;
    private final Predicate<String> alive;
    private final Duration tick;
    private final Map<String, Watchdog> seen = new HashMap<>();

    /**
     * A watch.
     *
     * @param self who looks
     * @param host its machine
     * @param lease after how long a count that stands still means an end
     * @param tick how often it looks
     * @param alive whether a process of that machine is there
     */
    LeaseWatch(String self, String host, Duration lease, Duration tick, Predicate<String> alive) {
        this.self = self;
        this.host = host;
        this.lease = lease;
        this.tick = tick;
        this.alive = alive;
    }

    /** The schedulers that are gone. */
    List<String> gone(List<Heartbeat> heartbeats, long nowNanos) {
        List<String> gone = new ArrayList<>();
        for (Heartbeat heartbeat : heartbeats) {
            if (!heartbeat.scheduler().equals(self) && isGone(heartbeat, nowNanos)) {
                gone.add(heartbeat.scheduler());
            }
        }
        return gone;
    }

    private boolean isGone(Heartbeat heartbeat, long nowNanos) {
        if (heartbeat.host().equals(host) && !alive.test(heartbeat.process())) {
            return true;
        }
        return seen.computeIfAbsent(heartbeat.scheduler(), _ -> new Watchdog(tick, nowNanos))
                        .silentNanos(heartbeat.beat(), nowNanos)
                > lease.toNanos();
    }
}
