package dev.retort.device.counters;

import java.util.List;

/** How long this process waited for block devices, from the 42nd field of its {@code stat}. */
final class ProcessIoWaitProbe extends FileProbe {
    private static final int FIELD = 42;

    private final CumulativeCounter waited =
            CumulativeCounter.holding(ProcessorTimeProbe.SECONDS_PER_TICK);
    private final String missing;

    ProcessIoWaitProbe(String device, KernelFile file) {
        super(
                file,
                List.of(new Series(device, Counter.PROCESS_IO_WAIT_TIME, file.path().toString())));
        this.missing = Absences.unexpected(file.path(), "field " + FIELD);
    }

    @Override
    void parse(KernelFile file, long nanoTime) {
        // The second field is a name in brackets that may hold blanks and brackets.
        int at = file.length();
        while (at > 0 && file.at(at - 1) != ')') {
            at--;
        }
        for (int field = 3; field < FIELD; field++) {
            at = file.skipWord(file.skipBlanks(at));
        }
        count(0, waited, file.number(at), nanoTime, missing);
    }
}
