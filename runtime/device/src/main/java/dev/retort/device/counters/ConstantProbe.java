package dev.retort.device.counters;

import java.util.List;

/** Series that this machine does not have, with the reason; keeps absence beside presence. */
final class ConstantProbe extends Probe {
    ConstantProbe(List<Series> series, String reason) {
        super(series);
        allAbsent(reason);
    }

    @Override
    public boolean callsDriver() {
        return false;
    }

    @Override
    public Outcome sample(long nanoTime) {
        return Outcome.NEVER;
    }
}
