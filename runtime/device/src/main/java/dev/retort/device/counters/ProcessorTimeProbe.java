package dev.retort.device.counters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the cores did, from {@code /proc/stat}: busy time, I/O wait, and busy time by core. */
final class ProcessorTimeProbe extends FileProbe {
    /** Linux shows times to programs in hundredths of a second, on every architecture. */
    static final double SECONDS_PER_TICK = 0.01;

    private static final int FIXED_SERIES = 2;

    private final CumulativeCounter busy = CumulativeCounter.holding(SECONDS_PER_TICK);
    private final CumulativeCounter ioWait = CumulativeCounter.holding(SECONDS_PER_TICK);
    private final CumulativeCounter[] cores;
    private final boolean[] seen;
    private final String missing;

    /**
     * @param device the device's identity
     * @param file {@code /proc/stat}
     * @param coreNumbers the cores below which none is left out; a core that goes offline is absent
     */
    ProcessorTimeProbe(String device, KernelFile file, int coreNumbers) {
        super(file, series(device, file, coreNumbers));
        cores = new CumulativeCounter[coreNumbers];
        for (int core = 0; core < coreNumbers; core++) {
            cores[core] = CumulativeCounter.holding(SECONDS_PER_TICK);
        }
        seen = new boolean[coreNumbers];
        missing = Absences.unexpected(file.path(), "line of this core, which may be offline");
    }

    private static List<Series> series(String device, KernelFile file, int coreNumbers) {
        String source = file.path().toString();
        List<Series> series = new ArrayList<>();
        series.add(new Series(device, Counter.HOST_BUSY_TIME, source));
        series.add(new Series(device, Counter.HOST_IO_WAIT_TIME, source));
        for (int core = 0; core < coreNumbers; core++) {
            series.add(new Series(device, Counter.CORE_BUSY_TIME, Integer.toString(core), source));
        }
        return series;
    }

    @Override
    void parse(KernelFile file, long nanoTime) {
        Arrays.fill(seen, false);
        for (int line = 0; isCpuLine(file, line); line = file.nextLine(line)) {
            int fields = file.skipWord(line);
            if (fields == line + 3) {
                count(0, busy, busyTicks(file, fields), nanoTime, missing);
                count(1, ioWait, field(file, fields, 4), nanoTime, missing);
            } else {
                int core = (int) file.number(line + 3);
                if (core >= 0 && core < cores.length) {
                    seen[core] = true;
                    long ticks = busyTicks(file, fields);
                    count(FIXED_SERIES + core, cores[core], ticks, nanoTime, missing);
                }
            }
        }
        for (int core = 0; core < cores.length; core++) {
            if (!seen[core]) {
                absent(FIXED_SERIES + core, missing);
            }
        }
    }

    private static boolean isCpuLine(KernelFile file, int line) {
        return file.at(line) == 'c' && file.at(line + 1) == 'p' && file.at(line + 2) == 'u';
    }

    /** user + nice + system + irq + softirq + steal; guest time is part of user time already. */
    private static long busyTicks(KernelFile file, int fields) {
        long ticks = 0;
        for (int i = 0; i < 8; i++) {
            boolean idle = i == 3 || i == 4;
            long field = idle ? 0 : field(file, fields, i);
            if (field < 0) {
                return -1;
            }
            ticks += field;
        }
        return ticks;
    }

    private static long field(KernelFile file, int fields, int index) {
        int at = fields;
        for (int i = 0; i < index; i++) {
            at = file.skipWord(file.skipBlanks(at));
        }
        return file.number(at);
    }
}
