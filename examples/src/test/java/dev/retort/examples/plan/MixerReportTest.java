package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.inference.AttentionCost;
import dev.retort.planning.inference.Bandwidth;
import dev.retort.planning.inference.Crossover;
import dev.retort.planning.inference.Crossover.Measured;
import dev.retort.planning.inference.MeasuredRates;
import dev.retort.planning.inference.StateSpaceCost;
import dev.retort.planning.report.Plot;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class MixerReportTest {
    private static final MeasuredRates RATES =
            new MeasuredRates(50e9, bandwidth(80e9, 10e9), bandwidth(80e9, 20e9), 1e9, 1e-6);

    private static Bandwidth bandwidth(double cached, double far) {
        return new Bandwidth(
                List.of(new Bandwidth.Rate(2e6, cached), new Bandwidth.Rate(8e6, far)));
    }

    private static final AttentionCost ATTENTION = new AttentionCost(128, 2, 31);
    private static final StateSpaceCost STATE_SPACE = new StateSpaceCost(128, 16, 128, 65, 250);

    /** Times of the model, those of attention so many times as long. */
    private static List<Measured> times(double slower, int longest) {
        List<Measured> times = new ArrayList<>();
        for (long length = 512; length <= longest; length *= 2) {
            times.add(
                    new Measured(
                            length,
                            Collections.nCopies(
                                    5, slower * ATTENTION.prefillSeconds(length, RATES)),
                            Collections.nCopies(5, STATE_SPACE.prefillSeconds(length, RATES))));
        }
        return times;
    }

    private static List<Plot.Series> plot(List<Measured> times, int longest) {
        MixerRace race =
                new MixerRace(
                        new MixerRace.Setup(128, 2, 16, 512, longest, 5, 1),
                        "a device",
                        phase(MixerPhase.Kind.PREFILL, times),
                        phase(MixerPhase.Kind.DECODE, times));
        return new MixerReport(race).page().sections().getFirst().plots().getFirst().series();
    }

    private static MixerPhase phase(MixerPhase.Kind kind, List<Measured> times) {
        return new MixerPhase(kind, times, RATES, ATTENTION, STATE_SPACE);
    }

    private static Plot.Point mark(List<Plot.Series> series, String name) {
        return series.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .points()
                .getFirst();
    }

    @Test
    void bothCrossoversAreMarkedOnTheirLines() {
        int longest = 1 << 17;
        List<Measured> times = times(1.5, longest);
        List<Plot.Series> series = plot(times, longest);
        double measured = Crossover.of(times, 0.95).orElseThrow().estimate();
        double predicted =
                Crossover.of(
                                length -> ATTENTION.prefillSeconds(length, RATES),
                                length -> STATE_SPACE.prefillSeconds(length, RATES),
                                1,
                                longest)
                        .orElseThrow();
        assertTrue(measured < predicted);
        Plot.Point found = mark(series, "crossover, measured");
        assertEquals(measured, found.x());
        // Where the measured lines cross, about as long as the state space takes there.
        assertEquals(
                1e3 * STATE_SPACE.prefillSeconds(Math.round(measured), RATES),
                found.y(),
                0.05 * found.y());
        Plot.Point model = mark(series, "crossover, model");
        assertEquals(predicted, model.x());
        assertEquals(
                1e3 * ATTENTION.prefillSeconds(Math.round(predicted), RATES), model.y(), 1e-12);
    }

    @Test
    void theLinesGoOnToACrossoverBeyondTheMeasuredLengths() {
        int longest = 1024;
        List<Plot.Series> series = plot(times(1, longest), longest);
        assertTrue(series.stream().noneMatch(each -> each.name().equals("crossover, measured")));
        Plot.Point model = mark(series, "crossover, model");
        assertTrue(model.x() > longest, "crossover at " + model.x());
        assertEquals(model, series.getFirst().points().getLast());
    }

    @Test
    void disturbedRepetitionsAreToldOf() {
        Measured steady = new Measured(512, List.of(1.0, 1.1, 1.2, 1.3, 9.0), level());
        Measured disturbed =
                new Measured(1024, Collections.nCopies(5, 1.0), List.of(1.0, 2.0, 2.0, 6.0, 9.0));
        assertEquals(1.3 / 1.1, phase(MixerPhase.Kind.DECODE, List.of(steady)).scatter(), 1e-12);
        MixerPhase phase = phase(MixerPhase.Kind.PREFILL, List.of(steady, disturbed));
        assertEquals(3, phase.scatter());
        MixerRace race =
                new MixerRace(
                        new MixerRace.Setup(128, 2, 16, 512, 1024, 5, 1),
                        "a device",
                        phase,
                        phase(MixerPhase.Kind.DECODE, List.of(steady)));
        assertEquals(
                List.of(
                        "Reading a sequence, the upper quartile of the repetitions of a length was"
                                + " up to 3.0 times the lower one: something disturbed them, such as"
                                + " other work on this machine."),
                new MixerReport(race).page().warnings());
    }

    private static List<Double> level() {
        return Collections.nCopies(5, 1.0);
    }
}
