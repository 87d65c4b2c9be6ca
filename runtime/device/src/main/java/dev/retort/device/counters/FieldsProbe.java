package dev.retort.device.counters;

import dev.retort.cuda.NvmlField;
import dev.retort.cuda.NvmlFieldValues;
import dev.retort.cuda.NvmlStatus;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** Series that one call of NVML reads as fields, each with a status of its own. */
final class FieldsProbe extends Probe {
    private static final double RANGE_32_BITS = 0x1p32;

    private final NvmlFieldValues values;
    private final List<Field> fields;
    private final @Nullable CumulativeCounter[] counters;
    private final NvmlStatus[] last;

    /**
     * A field.
     *
     * @param field its number and scope
     * @param series what it is
     * @param unitsPerCount the factor from the driver's unit to the series'
     * @param mostPerSecond the most counts of a second, by which a wrap is told from a restart
     */
    record Field(NvmlField field, Series series, double unitsPerCount, double mostPerSecond) {}

    FieldsProbe(NvmlFieldValues values, List<Field> fields) {
        super(fields.stream().map(Field::series).toList());
        this.values = values;
        this.fields = List.copyOf(fields);
        this.counters = new @Nullable CumulativeCounter[fields.size()];
        this.last = new NvmlStatus[fields.size()];
        Arrays.fill(last, NvmlStatus.SUCCESS);
    }

    @Override
    public boolean callsDriver() {
        return true;
    }

    @Override
    public Outcome sample(long nanoTime) {
        NvmlStatus whole = values.read();
        boolean never = true;
        for (int i = 0; i < last.length; i++) {
            NvmlStatus status = values.status(i);
            if (status == NvmlStatus.SUCCESS) {
                value(i, nanoTime);
            } else if (status != last[i]) {
                absent(i, values.reason(i));
            }
            last[i] = status;
            never &= status.permanent();
        }
        if (whole.deviceLost()) {
            return Outcome.DEVICE_LOST;
        }
        return never ? Outcome.NEVER : Outcome.SAMPLED;
    }

    private void value(int index, long nanoTime) {
        Field field = fields.get(index);
        if (!field.series().counter().cumulative()) {
            measured(index, values.value(index) * field.unitsPerCount());
            return;
        }
        CumulativeCounter counter = counters[index];
        if (counter == null) {
            counter = counter(field, values.bits(index));
            counters[index] = counter;
        }
        counted(index, counter, counter.advance(values.value(index), nanoTime));
    }

    /** Which range a counter has is known only when the driver has answered once. */
    private static CumulativeCounter counter(Field field, int bits) {
        return bits < Long.SIZE
                ? CumulativeCounter.wrapping(
                        field.unitsPerCount(), RANGE_32_BITS, field.mostPerSecond())
                : CumulativeCounter.endless(field.unitsPerCount());
    }
}
