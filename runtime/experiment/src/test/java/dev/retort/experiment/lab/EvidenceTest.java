package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Samples;
import dev.retort.experiment.VerdictBasis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Receipt;
import dev.retort.experiment.verdict.PairedSeeds;
import dev.retort.experiment.verdict.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What a verdict follows from is recorded with it, checked and judged again. */
class EvidenceTest extends MeasuredLab {
    @Test
    void aVerdictHoldsWhatItFollowsFromAndIsMadeAgain() {
        submit(0.05, Samples.seeds(8));
        work();
        Verdict verdict = verdict();
        VerdictReference recorded = lab.verdicts("h").getLast();
        VerdictBasis basis = Objects.requireNonNull(recorded.basis());
        assertEquals("e", basis.experiment());
        assertEquals(Samples.hypothesis("h").decidedBy(PLAN).hash(), basis.registered());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L),
                basis.samples().stream().map(PairedSeeds.Pair::seed).toList());
        assertEquals(
                Objects.requireNonNull(lab.run("e/with/3").orElseThrow().values().get("accuracy")),
                basis.samples().get(2).treatment());
        assertEquals(7, basis.decidedAt());
        assertEquals(0.05, basis.alpha());
        assertEquals(0.05 * Math.pow(0.5, 1.5), basis.alphaSpent(), 1e-12);
        assertEquals(verdict.favourable(), basis.favourable());
        lab.addSeed("e", 9);
        work();
        verdicts.record("e");
        assertEquals(1, lab.verdicts("h").size(), "the same verdict is recorded once");
        assertEquals(new Replayed(1, List.of()), VerdictReplay.of(store));
    }

    /** What was found before it was claimed is taken over, and proves nothing. */
    @Test
    void resultsThatWereThereBeforeDecideNothing() {
        lab.submit(
                experiment("old", 1, 2, 3)
                        .arm(arm("with", Map.of("gain", 0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        submit(0.05, 1, 2, 3);
        work();
        assertEquals("REUSED", lab.run("e/with/1").orElseThrow().state().name());
        Finding nothing = finding();
        assertTrue(nothing.verdict().isEmpty());
        assertEquals(7, nothing.missing());
        assertEquals(
                "seed 1 decides nothing: run e/with/1 took the result of run old/with/1, which"
                        + " began before hypothesis h was registered",
                nothing.leftOut().getFirst());
        for (long seed = 4; seed <= 10; seed++) {
            lab.addSeed("e", seed);
        }
        work();
        Finding decided = finding();
        assertEquals("CONFIRMED", decided.verdict().orElseThrow().outcome().name());
        assertEquals(7, decided.seeds());
        assertEquals(3, decided.leftOut().size());
        VerdictReference recorded = lab.verdicts("h").getLast();
        assertEquals("e/with/4", recorded.runs().getFirst());
        List<String> known = new ArrayList<>(recorded.runs());
        known.set(0, "e/with/1");
        known.set(1, "e/without/1");
        VerdictBasis basis = Objects.requireNonNull(recorded.basis());
        List<PairedSeeds.Pair> samples = new ArrayList<>(basis.samples());
        samples.set(0, new PairedSeeds.Pair(1, 0.5605, 0.51));
        assertEquals(
                "the verdict on h uses run e/with/1, whose result was there before it was"
                        + " registered",
                refusedVerdict(recorded, known, with(basis, samples)));
        assertEquals(new Replayed(1, List.of()), VerdictReplay.of(store));
    }

    /** What is taken from a run that began after the registration is as good as that run. */
    @Test
    void resultsOfLaterRunsDecideAlsoWhereTheyAreTakenOver() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(compared("first").build());
        work();
        lab.submit(compared("e").hypothesis("h").build());
        work();
        assertEquals("REUSED", lab.run("e/with/1").orElseThrow().state().name());
        assertEquals(7, finding().seeds());
    }

    private static ExperimentBuilder compared(String id) {
        return experiment(id, Samples.seeds(7))
                .arm(arm("with", Map.of("gain", 0.05)))
                .arm(arm("without", Map.of("gain", 0.0)));
    }

    /** Or else it could be tried until it is confirmed, each time at its whole alpha. */
    @Test
    void aHypothesisIsDecidedByOneExperiment() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        Receipt first = lab.submit(compared("e").hypothesis("h").build());
        String expected =
                "hypothesis h is decided by experiment e: expected no other, register another"
                        + " hypothesis for experiment again";
        assertEquals(expected, refusal(compared("again").hypothesis("h")));
        work();
        verdicts.record("e");
        assertEquals(expected, refusal(compared("again").hypothesis("h")));
        // The same one may be asked for again, and what has no plan may be explored at will.
        assertEquals(
                new Receipt(first.firstSeq(), first.lastSeq(), true),
                lab.submit(compared("e").hypothesis("h").build()));
        lab.register(Samples.hypothesis("open"));
        lab.submit(compared("o1").hypothesis("open").build());
        lab.submit(compared("o2").hypothesis("open").build());
        assertEquals(3, lab.experiments().size());
    }

    /** Each by a store of its own, as other processes have. */
    @Test
    void ofExperimentsThatAreSubmittedAtTheSameMomentOneDecides() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        CyclicBarrier together = new CyclicBarrier(4);
        List<Future<Boolean>> submitted = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                Experiment experiment = compared("e" + i).hypothesis("h").build();
                submitted.add(threads.submit(() -> isSubmitted(experiment, together)));
            }
        }
        assertEquals(1, submitted.stream().filter(Future::resultNow).count());
        store.refresh();
        assertEquals(1, lab.experiments().size());
    }

    private boolean isSubmitted(Experiment experiment, CyclicBarrier together) throws Exception {
        try (EventStore own = EventStore.open(folder)) {
            together.await(30, TimeUnit.SECONDS);
            new Lab(own, "another").submit(experiment);
            return true;
        } catch (RefusedException _) {
            return false;
        }
    }

    /** Every figure of a verdict is compared, to the last bit. */
    @Test
    void aVerdictThatComesOutDifferentlyIsSaid() {
        submit(0.05, Samples.seeds(7));
        work();
        verdicts.record("e");
        VerdictReference good = lab.verdicts("h").getLast();
        lab.decide(
                new VerdictReference(
                        "h",
                        good.outcome(),
                        Math.nextUp(good.effect()),
                        good.low(),
                        good.high(),
                        good.analysis(),
                        good.runs(),
                        good.summary(),
                        good.basis()));
        Replayed result = VerdictReplay.of(store);
        assertEquals(2, result.count());
        assertEquals(1, result.differences().size());
        assertTrue(result.differences().getFirst().contains(good.summary()));
    }

    @Test
    void aVerdictThatDoesNotFollowFromWhatWasRegisteredIsRefused() {
        submit(0.05, Samples.seeds(7));
        work();
        verdicts.record("e");
        VerdictReference good = lab.verdicts("h").getLast();
        VerdictBasis basis = Objects.requireNonNull(good.basis());
        assertEquals(
                "the verdict on h does not follow from what was registered: expected its arms and"
                        + " its stop rule",
                refusedVerdict(good, good.runs(), null));
        assertEquals(
                "the verdict on h uses run e/without/1: expected run e/with/1 of what was"
                        + " registered",
                refusedVerdict(
                        good,
                        good.runs().stream()
                                .map(
                                        run ->
                                                run.startsWith("e/with/")
                                                        ? run.replace("with", "without")
                                                        : run.replace("without", "with"))
                                .toList(),
                        basis));
        PairedSeeds.Pair first = basis.samples().getFirst();
        List<PairedSeeds.Pair> forged = new ArrayList<>(basis.samples());
        forged.set(0, new PairedSeeds.Pair(1, first.treatment() + 1, first.control()));
        String refused = refusedVerdict(good, good.runs(), with(basis, forged));
        assertTrue(refused.contains("for run e/with/1, which gave"), refused);
    }

    private static VerdictBasis with(VerdictBasis basis, List<PairedSeeds.Pair> samples) {
        return new VerdictBasis(
                basis.experiment(),
                basis.registered(),
                basis.after(),
                basis.alpha(),
                basis.alphaSpent(),
                samples,
                basis.decidedAt(),
                basis.favourable(),
                basis.unfavourable(),
                basis.adjusted());
    }

    private String refusedVerdict(
            VerdictReference good, List<String> runs, @Nullable VerdictBasis basis) {
        return String.valueOf(
                assertThrows(
                                RefusedException.class,
                                () ->
                                        lab.decide(
                                                new VerdictReference(
                                                        "h",
                                                        good.outcome(),
                                                        good.effect(),
                                                        good.low(),
                                                        good.high(),
                                                        good.analysis(),
                                                        runs,
                                                        good.summary(),
                                                        basis)))
                        .getMessage());
    }
}
