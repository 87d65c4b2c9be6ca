package dev.retort.device.sampling;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.EnergyUsage.Method;
import dev.retort.device.sampling.EnergyUsage.Scope;

import java.util.List;
import java.util.Locale;

/**
 * Energies with error bounds, out of what a window has seen. Used under the window's lock.
 *
 * <p>A counter moves in steps: over an energy E its relative error is up to τ·P/E, with its period
 * τ and the greatest power P. Where the ends of a window lie between two samples, what the counter
 * grew between them is divided in proportion; the error is the larger part at the beginning, and at
 * the end, where no sample follows, up to P times the time since the last one.
 */
final class EnergyAccount {
    /** RAPL counters move every millisecond; a package draws less than 1 kW. */
    private static final double PACKAGE_STEP_JOULES = 1;

    private final List<Series> series;
    private final SeriesAccumulator[] seen;
    private final long from;
    private final long to;

    EnergyAccount(List<Series> series, SeriesAccumulator[] seen, long from, long to) {
        this.series = series;
        this.seen = seen;
        this.from = from;
        this.to = to;
    }

    EnergyUsage of(String device, String name, Reading period) {
        return device.equals(CpuCounters.DEVICE) ? processor() : gpu(device, name, period);
    }

    private EnergyUsage processor() {
        int index = find(CpuCounters.DEVICE, Counter.PACKAGE_ENERGY);
        if (index < 0) {
            return none(CpuCounters.DEVICE, Scope.PACKAGES, "the energy is not sampled");
        }
        Reading joules = SeriesReport.of(series.get(index), seen[index], from, to).growth();
        Reading bound =
                joules instanceof Reading.Measured(_, _, long nanoTime)
                        ? new Reading.Measured(PACKAGE_STEP_JOULES, "1 ms at 1 kW", nanoTime)
                        : joules;
        return new EnergyUsage(CpuCounters.DEVICE, joules, bound, Scope.PACKAGES, Method.COUNTER);
    }

    private EnergyUsage gpu(String device, String name, Reading period) {
        Scope scope = name.toUpperCase(Locale.ROOT).contains("GH200") ? Scope.MODULE : Scope.BOARD;
        double mostWatts = mostWatts(device);
        int counter = find(device, Counter.GPU_ENERGY);
        if (counter >= 0 && seen[counter].samples() > 0 && !seen[counter].interrupted()) {
            return counted(device, scope, counter, mostWatts, period);
        }
        int power = find(device, Counter.GPU_POWER);
        if (power >= 0 && seen[power].coveredSeconds() > 0) {
            return integrated(device, scope, power, mostWatts);
        }
        int either = counter >= 0 ? counter : power;
        return none(
                device,
                scope,
                either >= 0 ? seen[either].reason() : "neither energy nor power is sampled");
    }

    private EnergyUsage counted(
            String device, Scope scope, int index, double mostWatts, Reading period) {
        SeriesAccumulator.Growth growth = seen[index].growth(from, to);
        long nanoTime = seen[index].lastTime();
        Reading joules = new Reading.Measured(growth.value(), series.get(index).source(), nanoTime);
        return new EnergyUsage(
                device, joules, bound(period, mostWatts, growth, nanoTime), scope, Method.COUNTER);
    }

    private static Reading bound(
            Reading period, double mostWatts, SeriesAccumulator.Growth growth, long nanoTime) {
        if (Double.isNaN(mostWatts)) {
            return new Reading.Absent("the power limit of the device is unknown");
        }
        return switch (period) {
            case Reading.Absent absent -> absent;
            case Reading.Measured(double seconds, _, _) -> {
                double most = mostWatts * growth.openSeconds();
                double end = Math.max(growth.extended(), most - growth.extended());
                yield new Reading.Measured(
                        seconds * mostWatts + growth.beginError() + end,
                        "counter's period %.3f s at %.0f W, and the ends of the window"
                                .formatted(seconds, mostWatts),
                        nanoTime);
            }
        };
    }

    private EnergyUsage integrated(String device, Scope scope, int index, double mostWatts) {
        SeriesAccumulator power = seen[index];
        double seconds = (to - from) * 1e-9;
        double uncovered = Math.max(0, seconds - power.coveredSeconds());
        Reading joules =
                new Reading.Measured(
                        power.areaSeconds() + power.mean() * uncovered,
                        series.get(index).source() + " over time",
                        power.lastTime());
        Reading bound =
                Double.isNaN(mostWatts)
                        ? new Reading.Absent("the power limit of the device is unknown")
                        : new Reading.Measured(
                                power.areaErrorSeconds()
                                        + Math.max(power.mean(), mostWatts - power.mean())
                                                * uncovered,
                                "changes of power between samples, and the ends of the window",
                                power.lastTime());
        return new EnergyUsage(device, joules, bound, scope, Method.POWER_INTEGRAL);
    }

    /** The power limit: that of the window, or NaN. */
    private double mostWatts(String device) {
        int index = find(device, Counter.GPU_POWER_LIMIT);
        return index < 0 || !seen[index].known() ? Double.NaN : seen[index].newest();
    }

    private int find(String device, Counter counter) {
        for (int i = 0; i < seen.length; i++) {
            Series one = series.get(i);
            if (one.counter() == counter && one.device().equals(device)) {
                return i;
            }
        }
        return -1;
    }

    private static EnergyUsage none(String device, Scope scope, String reason) {
        Reading absent = new Reading.Absent(reason);
        return new EnergyUsage(device, absent, absent, scope, Method.NONE);
    }
}
