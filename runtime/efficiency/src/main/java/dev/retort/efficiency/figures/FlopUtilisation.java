package dev.retort.efficiency.figures;

import dev.retort.device.Reading;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.Work;

import java.util.Map;
import java.util.function.Function;

/**
 * Which share of what the devices could compute a run computed: {@code sum over k of F_k / P_k,
 * over N * T}, with {@code F_k} the operations of data type {@code k}, {@code P_k} the dense peak
 * of one device in that type, {@code N} devices and the time {@code T}. With one data type, and the
 * model's operations, this is the MFU of PaLM (arXiv:2204.02311, appendix B).
 *
 * <p>A share above 1 is not cut: it says that a count or a peak is wrong.
 *
 * @param mfuStep model FLOPs utilisation over the time of steps
 * @param mfuWall model FLOPs utilisation over all time; {@code mfuStep} times the share of steps
 * @param hfuStep the same as {@code mfuStep} with repeated operations counted; never smaller
 * @param hfuWall the same as {@code mfuWall} with repeated operations counted; never smaller
 */
public record FlopUtilisation(Reading mfuStep, Reading mfuWall, Reading hfuStep, Reading hfuWall) {
    /**
     * The utilisation of a run.
     *
     * @param run the run, or several
     * @param devices the devices that worked on it at a time, at least 1
     * @param peak the dense peak of one of them by data type, in operations per second
     * @return the utilisation; absent where no operations were counted or a peak is not known
     */
    public static FlopUtilisation of(
            RunTotals run, int devices, Function<Precision, Reading> peak) {
        if (devices < 1) {
            throw new IllegalArgumentException("expected at least 1 device, found " + devices);
        }
        Work work = run.work();
        Reading model = idealSeconds(work.modelFlops(), peak);
        Reading hardware = idealSeconds(work.hardwareFlops(), peak);
        double step = work.stepNanos() * 1e-9 * devices;
        double wall = run.ledger().elapsedNanos() * 1e-9 * devices;
        return new FlopUtilisation(
                over(model, step), over(model, wall), over(hardware, step), over(hardware, wall));
    }

    /** How long one device would take at its peak. */
    private static Reading idealSeconds(
            Map<Precision, Double> flops, Function<Precision, Reading> peak) {
        if (flops.isEmpty()) {
            return new Reading.Absent("no floating-point operations were counted");
        }
        double seconds = 0;
        String source = "";
        for (Map.Entry<Precision, Double> part : flops.entrySet()) {
            switch (peak.apply(part.getKey())) {
                case Reading.Absent absent -> {
                    return absent;
                }
                case Reading.Measured(double flopsPerSecond, String from, _) -> {
                    seconds += part.getValue() / flopsPerSecond;
                    source += (source.isEmpty() ? "" : "; ") + from;
                }
            }
        }
        return Reading.now(seconds, "operations counted / " + source);
    }

    private static Reading over(Reading ideal, double seconds) {
        return switch (ideal) {
            case Reading.Absent absent -> absent;
            case Reading.Measured _ when seconds == 0 ->
                    new Reading.Absent("no time passed, so there is no utilisation");
            case Reading.Measured(double value, String source, long nanoTime) ->
                    new Reading.Measured(value / seconds, source, nanoTime);
        };
    }
}
