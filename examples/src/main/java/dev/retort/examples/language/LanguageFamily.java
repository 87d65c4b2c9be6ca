package dev.retort.examples.language;

import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.sequence.ByteModelShape.Mixer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Runs that a law is fitted to, sizes and budgets crossed, and one larger than all of them that is
 * held out.
 *
 * @param runs the runs of the fit
 * @param heldOut the larger run, once for each seed
 */
record LanguageFamily(List<LanguageRun> runs, List<LanguageRun> heldOut) {
    private static final int SEEDS = 3;

    /** Transformers of 20 to 470 thousand parameters; a quarter of an hour of one core. */
    static LanguageFamily attention() {
        return of(
                List.of(
                        attention(1, 32),
                        attention(2, 32),
                        attention(2, 48),
                        attention(3, 64),
                        attention(4, 80)),
                List.of(2e11, 4e11, 8e11, 1.6e12, 2.4e12),
                new Steps(380, 3300),
                attention(4, 96),
                5e12);
    }

    /** Selective state spaces of 17 to 130 thousand parameters; seven minutes of one core. */
    static LanguageFamily stateSpace() {
        return of(
                List.of(
                        stateSpace(1, 32),
                        stateSpace(1, 48),
                        stateSpace(2, 48),
                        stateSpace(2, 64),
                        stateSpace(3, 64)),
                List.of(5e10, 1e11, 1.5e11, 2e11),
                new Steps(150, 1200),
                stateSpace(4, 64),
                5e11);
    }

    /**
     * The lengths of the runs of a fit: shorter ones hardly leave the warm-up, longer ones take a
     * small model too long.
     */
    private record Steps(long fewest, long most) {}

    /** The models of all runs, the held-out one's too. */
    List<ByteModelShape> shapes() {
        return Stream.concat(runs.stream(), heldOut.stream())
                .map(LanguageRun::shape)
                .distinct()
                .toList();
    }

    private static ByteModelShape attention(int layers, int width) {
        return new ByteModelShape(Mixer.ATTENTION, layers, width, 16, LanguageRun.LENGTH);
    }

    private static ByteModelShape stateSpace(int layers, int width) {
        return new ByteModelShape(Mixer.STATE_SPACE, layers, width, 8, LanguageRun.LENGTH);
    }

    private static LanguageFamily of(
            List<ByteModelShape> shapes,
            List<Double> budgets,
            Steps allowed,
            ByteModelShape largest,
            double largestBudget) {
        List<LanguageRun> runs = new ArrayList<>();
        for (double budget : budgets) {
            for (ByteModelShape shape : shapes) {
                long steps = steps(shape, budget);
                if (steps >= allowed.fewest() && steps <= allowed.most()) {
                    runs.add(new LanguageRun(shape, steps, runs.size() + 1L));
                }
            }
        }
        List<LanguageRun> heldOut =
                LongStream.rangeClosed(1, SEEDS)
                        .mapToObj(
                                seed ->
                                        new LanguageRun(
                                                largest,
                                                steps(largest, largestBudget),
                                                1000 + seed))
                        .toList();
        return new LanguageFamily(List.copyOf(runs), heldOut);
    }

    /** The steps for which C = 6 N D is the budget. */
    private static long steps(ByteModelShape shape, double budget) {
        double tokens = budget / (6.0 * shape.multipliedParameters());
        return Math.round(tokens / (LanguageRun.WINDOWS * LanguageRun.LENGTH));
    }
}
