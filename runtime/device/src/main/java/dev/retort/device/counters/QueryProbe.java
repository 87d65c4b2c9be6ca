package dev.retort.device.counters;

import dev.retort.cuda.NvmlQuery;
import dev.retort.cuda.NvmlReader;
import dev.retort.cuda.NvmlStatus;

import java.util.List;

/** Series that one query of NVML reads. */
final class QueryProbe extends Probe {
    private final NvmlReader reader;
    private final NvmlQuery query;
    private final int[] valueIndices;
    private final double unitsPerCount;
    private final CumulativeCounter[] counters;
    private NvmlStatus last = NvmlStatus.SUCCESS;

    private QueryProbe(
            NvmlReader reader,
            NvmlQuery query,
            List<Series> series,
            int[] valueIndices,
            double unitsPerCount,
            CumulativeCounter[] counters) {
        super(series);
        this.reader = reader;
        this.query = query;
        this.valueIndices = valueIndices;
        this.unitsPerCount = unitsPerCount;
        this.counters = counters;
    }

    /**
     * A value of the moment.
     *
     * @param unitsPerCount the factor from the driver's unit to the counter's
     * @param valueIndices for each series, which value of the query it is
     */
    static QueryProbe of(
            NvmlReader reader,
            NvmlQuery query,
            List<Series> series,
            double unitsPerCount,
            int... valueIndices) {
        return new QueryProbe(
                reader, query, series, valueIndices, unitsPerCount, new CumulativeCounter[0]);
    }

    /** A counter of the device. */
    static QueryProbe counting(
            NvmlReader reader, NvmlQuery query, Series series, CumulativeCounter counter) {
        return new QueryProbe(
                reader,
                query,
                List.of(series),
                new int[] {0},
                1,
                new CumulativeCounter[] {counter});
    }

    @Override
    public boolean callsDriver() {
        return true;
    }

    @Override
    public Outcome sample(long nanoTime) {
        NvmlStatus status = reader.read(query);
        if (status != NvmlStatus.SUCCESS) {
            if (status != last) {
                allAbsent(reader.reason(query, status));
                last = status;
            }
            return GpuCounters.outcome(status);
        }
        last = status;
        for (int i = 0; i < valueIndices.length; i++) {
            long value = reader.value(valueIndices[i]);
            if (counters.length > 0) {
                counted(i, counters[i], counters[i].advance(value, nanoTime));
            } else {
                measured(i, value * unitsPerCount);
            }
        }
        return Outcome.SAMPLED;
    }
}
