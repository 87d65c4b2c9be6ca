package dev.retort.examples.plan;

import ai.djl.ndarray.NDManager;

import dev.retort.device.CpuDevice;
import dev.retort.distill.sequence.AttentionKernel;
import dev.retort.distill.sequence.CausalAttention;
import dev.retort.distill.sequence.SelectiveStateSpace;
import dev.retort.distill.train.GradientMode;
import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.language.EngineAttention;
import dev.retort.examples.plan.MixerPhase.Kind;
import dev.retort.planning.PlanningException;
import dev.retort.planning.inference.AttentionCost;
import dev.retort.planning.inference.Crossover.Measured;
import dev.retort.planning.inference.StateSpaceCost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Attention and a state space of equal width, timed on the device at hand beside what a model says.
 *
 * @param setup what is compared
 * @param device the engine, its device and the processor
 * @param prefill times of reading a sequence, by its length
 * @param decode times of one more position, by the positions before it
 */
record MixerRace(Setup setup, String device, MixerPhase prefill, MixerPhase decode) {
    private static final int DECODE_STEPS = 8;

    /** Attention that takes more than this many times as long has been passed by for sure. */
    private static final double PASSED = 2;

    /**
     * What is compared.
     *
     * @param width elements of a position
     * @param heads heads of attention
     * @param stateSize N of the state space
     * @param shortest the shortest length
     * @param longest the longest length, unless attention has been passed by before
     * @param repetitions how often each is timed
     * @param threads threads of an operation
     */
    record Setup(
            int width,
            int heads,
            int stateSize,
            int shortest,
            int longest,
            int repetitions,
            int threads) {
        /** Checks that the positions that are timed after one length end before the next. */
        Setup {
            long least = (long) Math.ceil(repetitions * DECODE_STEPS / (Math.sqrt(2) - 1)) + 1;
            if (shortest < least) {
                throw new PlanningException(
                        "expected a shortest length of at least %d with %d repetitions, found %d"
                                .formatted(least, repetitions, shortest));
            }
        }
    }

    /**
     * Times both.
     *
     * @param progress is told what is measured next
     */
    static MixerRace run(Setup setup, Consumer<String> progress) {
        try (NDManager manager = NDManager.newBaseManager();
                GradientMode _ = GradientMode.off(manager.getEngine())) {
            Track track = Track.of(setup, manager);
            return new MixerRace(
                    setup,
                    "%s, %s, %s"
                            .formatted(
                                    manager.getEngine(),
                                    manager.getDevice(),
                                    CpuDevice.host().name()),
                    track.phase(Kind.PREFILL, progress),
                    track.phase(Kind.DECODE, progress));
        }
    }

    /** What is timed, and the layers of the least size that tell how many calls a step is. */
    private record Track(
            Setup setup,
            NDManager manager,
            int positionsAtOnce,
            MixerTimes attention,
            MixerTimes stateSpace,
            MixerTimes leastAttention,
            MixerTimes leastStateSpace) {
        static Track of(Setup setup, NDManager manager) {
            int width = setup.width();
            int stateSize = setup.stateSize();
            AttentionKernel kernel = EngineAttention.of(manager);
            int atOnce =
                    SelectiveStateSpace.positionsAtOnce(width, stateSize, 1, manager.getDevice());
            int chunk = StateSpaceCost.chunk(atOnce);
            return new Track(
                    setup,
                    manager,
                    atOnce,
                    new MixerTimes(
                            manager, new CausalAttention(width, setup.heads(), kernel), width),
                    new MixerTimes(
                            manager, new SelectiveStateSpace(width, stateSize, chunk), width),
                    new MixerTimes(manager, new CausalAttention(1, 1, kernel), 1),
                    new MixerTimes(manager, new SelectiveStateSpace(1, 1, chunk), 1));
        }

        /** Each length after a try of all rates, once everything is warm. */
        MixerPhase phase(Kind kind, Consumer<String> progress) {
            for (MixerTimes each :
                    List.of(attention, stateSpace, leastAttention, leastStateSpace)) {
                progress.accept("warming up");
                each.warmUp();
            }
            try (RateProbe probe =
                    new RateProbe(manager, leastAttention, leastStateSpace, positionsAtOnce)) {
                Consumer<String> beforeEach =
                        what -> {
                            progress.accept(what);
                            probe.measure();
                        };
                List<Measured> times =
                        switch (kind) {
                            case PREFILL -> prefill(setup, attention, stateSpace, beforeEach);
                            case DECODE -> decode(setup, attention, stateSpace, beforeEach);
                        };
                return new MixerPhase(
                        kind,
                        times,
                        probe.rates(),
                        new AttentionCost(setup.width(), setup.heads(), probe.attentionStepCalls()),
                        new StateSpaceCost(
                                setup.width(),
                                setup.stateSize(),
                                positionsAtOnce,
                                probe.stateSpaceStepCalls(),
                                probe.stateSpacePartCalls()));
            }
        }
    }

    private static List<Measured> prefill(
            Setup setup, MixerTimes attention, MixerTimes stateSpace, Consumer<String> beforeEach) {
        List<Measured> measured = new ArrayList<>();
        for (int length : lengths(setup)) {
            beforeEach.accept("reading %s positions".formatted(Numbers.count(length)));
            attention.prefill(length);
            stateSpace.prefill(length);
            List<Double> steep = new ArrayList<>();
            List<Double> flat = new ArrayList<>();
            for (int i = 0; i < setup.repetitions(); i++) {
                steep.add(attention.prefill(length));
                flat.add(stateSpace.prefill(length));
            }
            Measured each = new Measured(length, steep, flat);
            measured.add(each);
            if (isPassed(each)) {
                break;
            }
        }
        return List.copyOf(measured);
    }

    private static List<Measured> decode(
            Setup setup, MixerTimes attention, MixerTimes stateSpace, Consumer<String> beforeEach) {
        List<Integer> contexts = lengths(setup);
        int capacity = contexts.getLast() + setup.repetitions() * DECODE_STEPS;
        try (MixerTimes.Positions steep = attention.positions(capacity);
                MixerTimes.Positions flat = stateSpace.positions(capacity)) {
            return decode(contexts, setup.repetitions(), steep, flat, beforeEach);
        }
    }

    /** In turns, so that a machine that slows down in between slows both. */
    static List<Measured> decode(
            List<Integer> contexts,
            int repetitions,
            PositionTimer steep,
            PositionTimer flat,
            Consumer<String> beforeEach) {
        List<Measured> measured = new ArrayList<>();
        for (int context : contexts) {
            beforeEach.accept("one more position after " + Numbers.count(context));
            steep.readTo(context);
            flat.readTo(context);
            List<Double> ofSteep = new ArrayList<>();
            List<Double> ofFlat = new ArrayList<>();
            for (int i = 0; i < repetitions; i++) {
                ofSteep.add(steep.seconds(DECODE_STEPS));
                ofFlat.add(flat.seconds(DECODE_STEPS));
            }
            // Each repetition adds to the positions before the next: the mean of them is meant.
            long mean = context + (long) repetitions * DECODE_STEPS / 2;
            Measured each = new Measured(mean, ofSteep, ofFlat);
            measured.add(each);
            if (isPassed(each)) {
                break;
            }
        }
        return List.copyOf(measured);
    }

    /**
     * Whether even the quickest attention took so much longer: one that was disturbed says little.
     */
    private static boolean isPassed(Measured measured) {
        return Collections.min(measured.steep()) > PASSED * measured.flatMedian();
    }

    /** From the shortest to the longest, each the root of two times the one before. */
    private static List<Integer> lengths(Setup setup) {
        List<Integer> lengths = new ArrayList<>();
        for (double length = setup.shortest();
                length <= setup.longest() * 1.001;
                length *= Math.sqrt(2)) {
            lengths.add((int) Math.round(length));
        }
        return lengths;
    }
}
