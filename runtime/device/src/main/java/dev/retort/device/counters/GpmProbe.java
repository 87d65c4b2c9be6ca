package dev.retort.device.counters;

import dev.retort.cuda.NvmlGpm;
import dev.retort.cuda.NvmlReader;
import dev.retort.cuda.NvmlStatus;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** Activity that GPM measures between two samples. */
final class GpmProbe extends Probe {
    private final NvmlGpm gpm;
    private final double[] unitsPerCount;
    private final @Nullable NvmlReader identity;
    private final NvmlStatus[] last;
    private NvmlStatus lastWhole = NvmlStatus.SUCCESS;

    /**
     * @param gpm what measures
     * @param series the series of its metrics, in their order
     * @param unitsPerCount for each series the factor from the driver's unit to the series'
     * @param identity for a MIG instance what confirms that its number is still its own
     */
    GpmProbe(
            NvmlGpm gpm,
            List<Series> series,
            double[] unitsPerCount,
            @Nullable NvmlReader identity) {
        super(series);
        this.gpm = gpm;
        this.unitsPerCount = unitsPerCount.clone();
        this.identity = identity;
        this.last = new NvmlStatus[series.size()];
        Arrays.fill(last, NvmlStatus.SUCCESS);
    }

    @Override
    public boolean callsDriver() {
        return true;
    }

    @Override
    public Outcome sample(long nanoTime) {
        NvmlReader instance = identity;
        if (instance != null && instance.confirm() != NvmlStatus.SUCCESS) {
            allAbsent("the MIG instance does not exist any more");
            return Outcome.DEVICE_LOST;
        }
        NvmlStatus whole = gpm.sample();
        if (whole == NvmlStatus.NOT_READY) {
            return Outcome.NOTHING_NEW;
        }
        if (whole != NvmlStatus.SUCCESS) {
            if (whole != lastWhole) {
                allAbsent(gpm.reason(whole));
                Arrays.fill(last, whole);
                lastWhole = whole;
            }
            return GpuCounters.outcome(whole);
        }
        lastWhole = whole;
        for (int i = 0; i < last.length; i++) {
            NvmlStatus status = gpm.status(i);
            if (status == NvmlStatus.SUCCESS) {
                measured(i, gpm.value(i) * unitsPerCount[i]);
            } else if (status != last[i]) {
                absent(i, gpm.reason(status));
            }
            last[i] = status;
        }
        return Outcome.SAMPLED;
    }

    void close() {
        gpm.close();
    }
}
