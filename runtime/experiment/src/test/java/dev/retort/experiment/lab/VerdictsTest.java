package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.VerdictBasis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;
import dev.retort.experiment.verdict.Family;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.PairedSeeds;
import dev.retort.experiment.verdict.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Hypotheses are judged by what runs found, seed by seed. */
class VerdictsTest {
    private static final GroupSequential DESIGN = GroupSequential.usual();
    private static final AnalysisPlan PLAN = new AnalysisPlan("with", "without", DESIGN);

    @TempDir Path folder;
    private EventStore store;
    private Lab lab;
    private Verdicts verdicts;

    /** Finds an accuracy that depends on the seed, and a gain of the arm on top of it. */
    public static final class Measuring implements Task {
        @Override
        public Outcome run(TaskContext context) {
            if (Boolean.TRUE.equals(context.config().get("infeasible"))) {
                return new Outcome.Infeasible("it was told so");
            }
            double gain = (Double) Objects.requireNonNull(context.config().get("gain"));
            long seed = context.seed();
            return new Outcome.Finished(
                    Map.of("accuracy", 0.5 + 0.01 * seed + gain * (1 + 0.01 * seed)));
        }
    }

    @BeforeEach
    void open() {
        store = EventStore.open(folder);
        lab = new Lab(store, "ada");
        verdicts = new Verdicts(lab);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void seedsAreAddedUntilTheClaimIsConfirmed() {
        submit(0.05, 1, 2);
        work();
        Verdict first = verdict();
        assertEquals("INCONCLUSIVE", first.outcome().name());
        assertEquals(7, first.nextLook().orElseThrow());
        assertTrue(lab.verdicts("h").isEmpty());
        for (long seed = 3; seed <= 7; seed++) {
            lab.addSeed("e", seed);
        }
        work();
        Verdict last = verdict();
        assertEquals("CONFIRMED", last.outcome().name());
        assertEquals(0.052, last.effect(), 1e-12);
        VerdictReference recorded = lab.verdicts("h").getLast();
        assertEquals("CONFIRMED", recorded.outcome().name());
        assertEquals(last.effect(), recorded.effect());
        assertEquals(DESIGN.algorithm(), recorded.analysis());
        assertEquals(14, recorded.runs().size());
        assertEquals(List.of("e/with/1", "e/without/1"), recorded.runs().subList(0, 2));
    }

    @Test
    void whatDoesNotHelpIsRefuted() {
        submit(-0.05, Samples.seeds(7));
        work();
        assertEquals("REFUTED", verdict().outcome().name());
    }

    @Test
    void onlySeedsUpToTheFirstThatIsNotDoneCount() {
        submit(0.05, 1, 2, 3);
        lab.pause("e/without/2", "later");
        work();
        assertEquals(1, verdicts.judge("e").getFirst().seeds());
    }

    @Test
    void aRunWithoutAResultIsNotLeftOut() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", 1)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("infeasible", true)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        assertRefused(
                "run e/with/1 ended as INFEASIBLE with no result: expected one for accuracy, and"
                        + " to leave its seed out would bias the verdict");
    }

    @Test
    void whatCannotBeJudgedIsSaid() {
        assertRefused("experiment e does not exist");
        lab.submit(experiment("e", 1).arm(arm("with", Map.of("gain", 0.1))).build());
        assertRefused("experiment e decides no hypothesis: expected one to be registered with it");
    }

    @Test
    void nothingIsJudgedBeforeTheFirstPairHasEnded() {
        submit(0.05, 1);
        assertRefused(
                "experiment e cannot be judged: expected a seed whose runs with and without have"
                        + " both ended, found none");
    }

    @Test
    void whatWasNotRegisteredCannotBeChosenLater() {
        lab.register(Samples.hypothesis("h"));
        lab.submit(
                experiment("e", 1)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", 0.1)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        assertRefused(
                "hypothesis h was registered without its treatment, control and stop rule, and"
                        + " they cannot be chosen after runs have started: register another with"
                        + " them");
        assertThrows(
                RefusedException.class,
                () -> lab.register(Samples.hypothesis("h").decidedBy(PLAN)));
    }

    @Test
    void thePlanIsPartOfTheHash() {
        Hypothesis first = Samples.hypothesis("h").decidedBy(PLAN);
        Hypothesis swapped =
                Samples.hypothesis("h")
                        .decidedBy(new AnalysisPlan("without", "with", PLAN.design()));
        Hypothesis longer =
                Samples.hypothesis("h")
                        .decidedBy(new AnalysisPlan("with", "without", GroupSequential.upTo(15)));
        assertEquals(
                4,
                Set.of(first.hash(), swapped.hash(), longer.hash(), Samples.hypothesis("h").hash())
                        .size());
    }

    @Test
    void anExperimentThatThePlanDoesNotFitIsRefused() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        assertEquals(
                "experiment e has the arms [with, other]: expected with and without, by which"
                        + " hypothesis h is registered to be decided",
                refusal(
                        experiment("e", 1)
                                .hypothesis("h")
                                .arm(arm("with", Map.of("gain", 0.1)))
                                .arm(arm("other", Map.of("gain", 0.0)))));
        assertEquals(
                "experiment e has 15 seeds: expected at most 14, with which hypothesis h is"
                        + " registered to be decided",
                refusal(
                        experiment("e", Samples.seeds(15))
                                .hypothesis("h")
                                .arm(arm("with", Map.of("gain", 0.1)))
                                .arm(arm("without", Map.of("gain", 0.0)))));
        IllegalArgumentException tooFew =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                lab.register(
                                        Samples.hypothesis("few")
                                                .decidedBy(
                                                        new AnalysisPlan(
                                                                "with",
                                                                "without",
                                                                GroupSequential.upTo(4)))));
        assertTrue(String.valueOf(tooFew.getMessage()).contains("supports alpha"));
    }

    private Finding finding() {
        return verdicts.record("e").getFirst();
    }

    private Verdict verdict() {
        return finding().verdict().orElseThrow();
    }

    private @Nullable String refusal(ExperimentBuilder experiment) {
        return assertThrows(RefusedException.class, () -> lab.submit(experiment.build()))
                .getMessage();
    }

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
        for (String id : List.of("first", "e")) {
            lab.submit(
                    experiment(id, Samples.seeds(7))
                            .hypothesis("h")
                            .arm(arm("with", Map.of("gain", 0.05)))
                            .arm(arm("without", Map.of("gain", 0.0)))
                            .build());
            work();
        }
        assertEquals("REUSED", lab.run("e/with/1").orElseThrow().state().name());
        assertEquals(7, finding().seeds());
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

    /** Of two arms that do nothing much, a family confirms less than each would by itself. */
    @Test
    void aFamilyIsCorrectedAndDecidedTogether() {
        HypothesisFamily family =
                new HypothesisFamily(
                        "f", Family.Correction.HOLM, 0.05, List.of("good", "none", "bad"));
        List<Hypothesis> members = new ArrayList<>();
        for (String arm : family.members()) {
            members.add(
                    Samples.hypothesis(arm)
                            .decidedBy(new AnalysisPlan(arm, "without", DESIGN, family)));
        }
        lab.register(members);
        ExperimentBuilder experiment =
                experiment("e", Samples.seeds(14))
                        .arm(arm("good", Map.of("gain", 0.05)))
                        .arm(arm("none", Map.of("gain", 0.005)))
                        .arm(arm("bad", Map.of("gain", -0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)));
        assertEquals(
                "experiment e decides [good]: expected all that are corrected together, [good,"
                        + " none, bad]",
                refusal(experiment.hypothesis("good")));
        lab.submit(experiment.hypothesis("good").alsoDecides("none", "bad").build());
        work();
        List<Finding> findings = verdicts.record("e");
        assertEquals(
                List.of("CONFIRMED", "REFUTED", "REFUTED"),
                findings.stream().map(f -> f.outcome().orElseThrow().name()).toList());
        Finding good = findings.getFirst();
        assertEquals(0.05 / 3, good.verdict().orElseThrow().claim().alpha());
        double adjusted = Objects.requireNonNull(good.adjusted());
        double alone = good.verdict().orElseThrow().favourable().pValue();
        assertEquals(3 * alone, adjusted, 1e-12);
        VerdictReference recorded = lab.verdicts("good").getLast();
        assertEquals(adjusted, Objects.requireNonNull(recorded.basis()).adjusted());
        assertTrue(recorded.summary().contains("corrected by HOLM"), recorded.summary());
        assertEquals(new Replayed(3, List.of()), VerdictReplay.of(store));
    }

    @Test
    void aFamilyIsRegisteredAsAWhole() {
        HypothesisFamily family =
                new HypothesisFamily("f", Family.Correction.HOLM, 0.05, List.of("a", "b"));
        AnalysisPlan plan = new AnalysisPlan("with", "without", DESIGN, family);
        lab.register(Samples.hypothesis("b").decidedBy(PLAN));
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> lab.register(Samples.hypothesis("a").decidedBy(plan)));
        assertEquals(
                "hypothesis a names b as one of its family, which was registered with another or"
                        + " none",
                refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Samples.hypothesis("c").decidedBy(plan));
    }

    /** With more seeds than can be enumerated, by random sign vectors, which is exact too. */
    @Test
    void moreSeedsThanTheUsualAreDecidedIfTheyWereRegistered() {
        GroupSequential longer = GroupSequential.upTo(24);
        lab.register(
                Samples.hypothesis("h").decidedBy(new AnalysisPlan("with", "without", longer)));
        lab.submit(
                experiment("e", Samples.seeds(24))
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", 0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        Finding found = finding();
        assertEquals("CONFIRMED", found.outcome().orElseThrow().name());
        assertTrue(found.verdict().orElseThrow().decidedAt().orElseThrow() > 7);
        assertEquals(new Replayed(1, List.of()), VerdictReplay.of(store));
    }

    /** The best of eight trials is run again with other seeds, and decided by those alone. */
    @Test
    void theWinnerOfASearchIsConfirmedWithFreshSeeds() {
        lab.submit(
                new ExperimentBuilder("s", "vision")
                        .user("ada")
                        .search(
                                new SearchPlan(
                                        "accuracy",
                                        Direction.HIGHER_IS_BETTER,
                                        SearchSpace.of(
                                                new Parameter.Continuous(
                                                        "gain", 0, 0.07, Parameter.Scale.LINEAR)),
                                        new GridSearch(8),
                                        1,
                                        8,
                                        4,
                                        null,
                                        arm("trial", Map.of())))
                        .build());
        work();
        Confirmation confirmation = Confirmation.of(lab, "s", "trial-0", 0.01, 0.05);
        assertEquals("trial-7", confirmation.selection().winner());
        assertEquals(7, confirmation.experiment().seeds().size());
        assertFalse(confirmation.experiment().seeds().contains(1L));
        assertEquals(confirmation, Confirmation.of(lab, "s", "trial-0", 0.01, 0.05));
        lab.register(confirmation.hypothesis());
        lab.submit(confirmation.experiment());
        work();
        Finding finding = verdicts.record("s-winner-1").getFirst();
        assertEquals("CONFIRMED", finding.outcome().orElseThrow().name());
        assertTrue(
                lab.verdicts("s-winner").getLast().runs().stream()
                        .allMatch(run -> run.startsWith("s-winner-1/")));
        assertThrows(
                IllegalArgumentException.class,
                () -> Confirmation.of(lab, "s", "trial-99", 0.01, 0.05));
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

    private void assertRefused(String message) {
        RefusedException refused = assertThrows(RefusedException.class, () -> verdicts.record("e"));
        assertEquals(message, refused.getMessage());
    }

    private void submit(double gain, long... seeds) {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", seeds)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", gain)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
    }

    private static ExperimentBuilder experiment(String id, long... seeds) {
        return new ExperimentBuilder(id, "vision").user("ada").seeds(seeds);
    }

    private static Arm arm(String name, Map<String, Object> config) {
        return Samples.arm(name, Measuring.class.getName(), config);
    }

    private void work() {
        SchedulerOptions options =
                SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                        .withExecution(new InProcess());
        try (Scheduler scheduler = Scheduler.start(store, options)) {
            scheduler.idle().join();
        }
    }
}
