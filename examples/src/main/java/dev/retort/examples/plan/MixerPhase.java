package dev.retort.examples.plan;

import dev.retort.planning.Interval;
import dev.retort.planning.inference.AttentionCost;
import dev.retort.planning.inference.Crossover;
import dev.retort.planning.inference.Crossover.Measured;
import dev.retort.planning.inference.MeasuredRates;
import dev.retort.planning.inference.MixerCost;
import dev.retort.planning.inference.StateSpaceCost;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Attention and a state space in one phase: their times beside a model that is made of rates
 * measured among them.
 *
 * @param kind the phase
 * @param times by the length of what is read, or by the positions before another one
 * @param rates the rates
 * @param attention the model of attention
 * @param stateSpace the model of the state space
 */
record MixerPhase(
        Kind kind,
        List<Measured> times,
        MeasuredRates rates,
        AttentionCost attention,
        StateSpaceCost stateSpace) {
    private static final double LEVEL = 0.95;

    /** How far beyond the lengths that were asked for the model looks for its crossover. */
    private static final int FURTHER = 16;

    /** What is timed. */
    enum Kind {
        PREFILL("Reading a sequence"),
        DECODE("With one more position");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Copies the times. */
    MixerPhase {
        times = List.copyOf(times);
    }

    /** Seconds of attention by the model. */
    double attentionSeconds(long length) {
        return seconds(attention, length);
    }

    /** Seconds of the state space by the model. */
    double stateSpaceSeconds(long length) {
        return seconds(stateSpace, length);
    }

    private double seconds(MixerCost cost, long length) {
        return switch (kind) {
            case PREFILL -> cost.prefillSeconds(length, rates);
            case DECODE -> cost.decodeSeconds(length, rates);
        };
    }

    /** From which length on attention was slower. */
    Optional<Interval> measured() {
        return Crossover.of(times, LEVEL);
    }

    /**
     * From which length on attention is slower by the model.
     *
     * @param longest the longest length that was asked for
     */
    OptionalDouble predicted(int longest) {
        return Crossover.of(
                this::attentionSeconds, this::stateSpaceSeconds, 1, (long) FURTHER * longest);
    }

    /** How many times the lower quartile the upper one is, at the length where that is most. */
    double scatter() {
        return times.stream()
                .flatMap(each -> Stream.of(each.steep(), each.flat()))
                .mapToDouble(MixerPhase::quartiles)
                .max()
                .orElseThrow();
    }

    private static double quartiles(List<Double> repetitions) {
        List<Double> sorted = repetitions.stream().sorted().toList();
        int from = sorted.size() / 4;
        return sorted.get(sorted.size() - 1 - from) / sorted.get(from);
    }

    /** The median time of attention between two lengths, as both grow by powers. */
    double attentionAt(double length) {
        Measured above =
                times.stream()
                        .filter(each -> each.length() >= length)
                        .findFirst()
                        .orElse(times.getLast());
        Measured below = times.get(Math.max(0, times.indexOf(above) - 1));
        double part =
                above.length() == below.length()
                        ? 0
                        : Math.log(length / below.length())
                                / Math.log((double) above.length() / below.length());
        return below.steepMedian() * Math.pow(above.steepMedian() / below.steepMedian(), part);
    }
}
