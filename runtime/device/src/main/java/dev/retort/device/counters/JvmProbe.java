package dev.retort.device.counters;

import java.lang.management.ManagementFactory;
import java.util.List;

/** What the JVM knows of its own process: CPU time and heap. */
final class JvmProbe extends Probe {
    /** One probe for one series, so that each is read at its own rate. */
    enum Figure {
        PROCESS_CPU_TIME(Counter.PROCESS_CPU_TIME, "OperatingSystemMXBean processCpuTime"),
        HEAP_USED(Counter.HEAP_USED, "Runtime totalMemory - freeMemory");

        private final Counter counter;
        private final String source;

        Figure(Counter counter, String source) {
            this.counter = counter;
            this.source = source;
        }
    }

    private static final java.lang.management.OperatingSystemMXBean SYSTEM =
            ManagementFactory.getOperatingSystemMXBean();

    private final Figure figure;
    private final CumulativeCounter cpuTime = CumulativeCounter.holding(1e-9);

    JvmProbe(String device, Figure figure) {
        super(List.of(new Series(device, figure.counter, figure.source)));
        this.figure = figure;
    }

    @Override
    public boolean callsDriver() {
        return false;
    }

    @Override
    public Outcome sample(long nanoTime) {
        if (figure == Figure.HEAP_USED) {
            Runtime runtime = Runtime.getRuntime();
            measured(0, (double) (runtime.totalMemory() - runtime.freeMemory()));
            return Outcome.SAMPLED;
        }
        long nanos =
                SYSTEM instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getProcessCpuTime()
                        : -1;
        if (nanos < 0) {
            absent(0, "this JVM does not tell the CPU time of its process");
            return Outcome.NEVER;
        }
        counted(0, cpuTime, cpuTime.advance(nanos, nanoTime));
        return Outcome.SAMPLED;
    }
}
