package dev.retort.examples.lab;

import dev.retort.experiment.velocity.Latency;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.WorkInProgress;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The figures of a velocity by name, with their unit in it; what is not known is left out. */
final class VelocityFigures {
    private VelocityFigures() {}

    /**
     * The figures.
     *
     * @param velocity what is shown
     * @param price what an hour of a device costs, or {@code null}
     * @param ledgers what the runs measured of themselves
     */
    static Map<String, Object> of(Velocity velocity, @Nullable Double price, RunLedgers ledgers) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("verdicts", velocity.verdicts());
        figures.put("conclusive verdicts", velocity.conclusive());
        figures.put("overturned verdicts", velocity.overturned());
        figures.put("runs ended", velocity.runs());
        figures.put("verdicts per day", velocity.verdictsPerDay());
        figures.put("runs per day", velocity.runsPerDay());
        velocity.latency()
                .ifPresent(
                        latency -> {
                            percentiles(figures, "latency", latency.total());
                            latency.phases()
                                    .forEach(
                                            (phase, part) ->
                                                    figures.put(
                                                            "  mean in "
                                                                    + Texts.words(phase)
                                                                    + ", s",
                                                            part.mean().toMillis() / 1e3));
                        });
        figures.put("useful devices, mean", velocity.usefulDevices());
        inProgress(figures, "hypotheses", velocity.hypotheses());
        inProgress(figures, "runs", velocity.inProgress());
        double hours = 0;
        for (var use : velocity.deviceTime().entrySet()) {
            double spent = use.getValue().toNanos() / 3.6e12;
            hours += spent;
            figures.put("device-hours " + Texts.words(use.getKey()), spent);
        }
        figures.put("device-hours", hours);
        velocity.conclusivePerDeviceHour()
                .ifPresent(rate -> figures.put("conclusive verdicts per device-hour", rate));
        if (price != null) {
            figures.put("cost", hours * price);
            if (velocity.verdicts() > 0) {
                figures.put("cost per verdict", hours * price / velocity.verdicts());
            }
        }
        ledgers.sum().ifPresent(sum -> measured(figures, sum, ledgers, velocity.verdicts()));
        return figures;
    }

    /** The energy of some runs is not that of the verdicts. */
    private static void measured(
            Map<String, Object> figures, RunLedger sum, RunLedgers ledgers, int verdicts) {
        figures.put("runs that worked", ledgers.worked());
        figures.put("  of which measured themselves", ledgers.measured());
        figures.put("goodput that runs measured", sum.goodput());
        sum.joules()
                .ifPresent(
                        joules -> {
                            figures.put("energy that runs measured, J", joules);
                            if (verdicts > 0 && ledgers.isWhole()) {
                                figures.put("energy per verdict, J", joules / verdicts);
                            }
                        });
    }

    private static void percentiles(
            Map<String, Object> figures, String what, Latency.Percentiles values) {
        figures.put(what + " p50, s", values.p50().toMillis() / 1e3);
        figures.put(what + " p90, s", values.p90().toMillis() / 1e3);
        figures.put(what + " p99, s", values.p99().toMillis() / 1e3);
    }

    private static void inProgress(
            Map<String, Object> figures, String what, WorkInProgress progress) {
        figures.put(what + " begun", progress.arrivals());
        figures.put(what + " done", progress.departures());
        progress.sojourn()
                .ifPresent(
                        time ->
                                figures.put(
                                        what + " done, mean time from their begin, W, s",
                                        time.toMillis() / 1e3));
        figures.put(what + " in progress, mean L", progress.mean());
        figures.put(what + " begun per hour, λ", progress.perSecond() * 3600);
        progress.law()
                .ifPresent(
                        law -> {
                            figures.put("L and λW of " + what + " differ by", law.gap());
                            figures.put(
                                    "  of which the window's ends explain up to", law.endEffect());
                            figures.put("Little's law on " + what, law(law));
                        });
    }

    private static String law(WorkInProgress.Law law) {
        if (!law.holds()) {
            return "does not hold: the log contradicts itself";
        }
        return law.isTooShort() ? "the window is too short for it" : "holds";
    }

    /** A figure for people. */
    static String written(@Nullable Object value) {
        return switch (value) {
            case null -> "—";
            case Double number when number == 0 || Math.abs(number) >= 1e-3 ->
                    String.format(Locale.ROOT, "%.3f", number);
            case Double number -> String.format(Locale.ROOT, "%.1e", number);
            default -> value.toString();
        };
    }
}
