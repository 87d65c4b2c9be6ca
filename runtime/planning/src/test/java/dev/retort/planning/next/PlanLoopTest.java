package dev.retort.planning.next;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.next.PlanLoop.End;
import dev.retort.planning.next.PlanLoop.Round;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class PlanLoopTest {
    /** A run of 30 times the parameters and tokens of the largest candidate. */
    private static final Decision DECISION = new Decision(3e10, 6e11, 0.04);

    private static final int LEVELS = 13;

    private static PlanLoop loop(Decision decision, double budget) {
        return new PlanLoop(
                decision, SimulatedRuns.candidates(LEVELS), SimulatedRuns.OPTIONS, budget, 4);
    }

    @Test
    void endsWhenTheIntervalIsTightEnough() {
        List<Round> rounds = new ArrayList<>();
        SimulatedRuns runs = new SimulatedRuns(1);
        Round last = loop(DECISION, 1e24).run(List.of(), runs, rounds::add);
        assertEquals(End.TIGHT_ENOUGH, last.end().orElseThrow());
        assertTrue(Decision.halfWidth(last.interval().orElseThrow()) <= 0.04);
        assertEquals(runs.spent(), last.spent(), 1e-9 * runs.spent());
        // First the runs that a law needs, which no law chose.
        assertTrue(rounds.getFirst().fit().isEmpty());
        assertEquals(4, rounds.getFirst().asked().size());
        assertTrue(rounds.get(1).fit().isEmpty());
        assertEquals(4, rounds.get(1).asked().size());
        assertTrue(rounds.get(2).fit().isPresent());
    }

    @Test
    void neverSpendsMoreThanTheBudget() {
        for (double budget : new double[] {3e19, 1e20, 4e20}) {
            SimulatedRuns runs = new SimulatedRuns(2);
            Decision exact = new Decision(3e10, 6e11, 1e-6);
            Round last = loop(exact, budget).run(List.of(), runs, _ -> {});
            assertEquals(End.BUDGET_SPENT, last.end().orElseThrow());
            assertTrue(runs.spent() <= budget, runs.spent() + " of " + budget);
        }
    }

    @Test
    void endsWhenAllCandidatesAreMade() {
        SimulatedRuns runs = new SimulatedRuns(3);
        List<Candidate> few = SimulatedRuns.candidates(4);
        Round last =
                new PlanLoop(new Decision(3e10, 6e11, 1e-6), few, SimulatedRuns.OPTIONS, 1e30, 5)
                        .run(List.of(), runs, _ -> {});
        assertEquals(End.NO_CANDIDATE_LEFT, last.end().orElseThrow());
        assertEquals(few.size(), last.runs().size());
    }

    @Test
    void aSmallGridIsMadeAsFarAsALawNeeds() {
        SimulatedRuns runs = new SimulatedRuns(6);
        List<Round> rounds = new ArrayList<>();
        List<Candidate> few = SimulatedRuns.candidates(3);
        Round last =
                new PlanLoop(new Decision(3e10, 6e11, 1e-6), few, SimulatedRuns.OPTIONS, 1e30, 4)
                        .run(List.of(), runs, rounds::add);
        assertEquals(4, rounds.getFirst().asked().size());
        assertEquals(3, rounds.get(1).asked().size());
        assertEquals(End.NO_CANDIDATE_LEFT, last.end().orElseThrow());
        assertEquals(9, last.runs().size());
    }

    /** A law that is there before the design is made takes the choice of the rest. */
    @Test
    void theRunsOfAFirstLawAreTheSameHoweverManyAreMadeAtATime() {
        List<Candidate> at = firstRuns(100);
        assertEquals(8, at.size());
        for (int most : new int[] {1, 3, 8}) {
            List<Candidate> runs = firstRuns(most);
            assertTrue(runs.size() >= 7);
            assertEquals(at.subList(0, runs.size()), runs, "at most " + most);
        }
    }

    private static List<Candidate> firstRuns(int most) {
        List<Candidate> asked = new ArrayList<>();
        PlanLoop loop =
                new PlanLoop(
                        DECISION,
                        SimulatedRuns.candidates(LEVELS),
                        SimulatedRuns.OPTIONS,
                        1e24,
                        most);
        loop.run(
                List.of(),
                new SimulatedRuns(1),
                round -> {
                    assertTrue(round.asked().size() <= most);
                    if (round.fit().isEmpty()) {
                        asked.addAll(round.asked());
                    }
                });
        return asked;
    }

    @Test
    void whatCanGiveNoLawIsRefusedBeforeAnyRun() {
        PlanLoop.Executor none =
                _ -> {
                    throw new AssertionError("a run was made");
                };
        PlanningException poor =
                assertThrows(
                        PlanningException.class,
                        () -> loop(DECISION, 1e18).run(List.of(), none, _ -> {}));
        assertTrue(
                poor.getMessage()
                        .matches(
                                "expected at least .* FLOPs for the runs of a first law, found"
                                        + " 1.000e18 left"),
                poor.getMessage());
        PlanLoop small =
                new PlanLoop(DECISION, SimulatedRuns.candidates(2), SimulatedRuns.OPTIONS, 1e24, 4);
        PlanningException few =
                assertThrows(PlanningException.class, () -> small.run(List.of(), none, _ -> {}));
        assertTrue(
                few.getMessage()
                        .startsWith(
                                "expected candidates that make a first law, found 4 beside 0 runs;"
                                        + " missing: 3 more runs"),
                few.getMessage());
    }

    @Test
    void wrongRunsAreNotTakenForTooFew() {
        List<LossPoint> twice =
                new ArrayList<>(new SimulatedRuns(7).make(SimulatedRuns.candidates(4)));
        twice.add(twice.getFirst());
        PlanningException error =
                assertThrows(PlanningException.class, () -> loop(DECISION, 1e24).plan(twice, 0));
        assertTrue(
                error.getMessage().startsWith("expected each run once, found point 17"),
                error.getMessage());
    }

    @Test
    void runsThatThereAreCostNothing() {
        List<LossPoint> known = new SimulatedRuns(4).make(SimulatedRuns.candidates(4));
        SimulatedRuns runs = new SimulatedRuns(8);
        Round last = loop(new Decision(3e10, 6e11, 1e-6), 1e20).run(known, runs, _ -> {});
        assertEquals(runs.spent(), last.spent(), 1e-9 * runs.spent());
        for (LossPoint made : last.runs().subList(known.size(), last.runs().size())) {
            assertFalse(
                    known.stream()
                            .anyMatch(new Candidate(made.parameters(), made.tokens())::isMadeBy));
        }
    }

    @Test
    void theNextRunIsTheOneOfMostVarianceForAFlop() {
        List<LossPoint> known = new SimulatedRuns(5).make(SimulatedRuns.candidates(3));
        ParametricFit fit = ParametricFit.of(known, SimulatedRuns.OPTIONS);
        LawInformation information = new LawInformation(fit);
        double before = information.variance(DECISION);
        NextRuns next = NextRuns.of(fit, DECISION, SimulatedRuns.candidates(7), 1e30, 1);
        Candidate chosen = next.choices().getFirst().candidate();
        double best = next.choices().getFirst().removed() / next.choices().getFirst().flops();
        for (Candidate other : SimulatedRuns.candidates(7)) {
            if (known.stream().noneMatch(other::isMadeBy)) {
                double value =
                        information.reduction(DECISION, other)
                                / before
                                / other.flops(SimulatedRuns.COUNTED);
                assertTrue(value <= best * (1 + 1e-9), other + " against " + chosen);
            }
        }
        // What was promised is what counting the run as made takes.
        double promised = information.reduction(DECISION, chosen);
        information.add(chosen);
        assertEquals(before - promised, information.variance(DECISION), 1e-9 * before);
    }

    @Test
    void aRoundWithoutAnyLossEndsTheLoop() {
        PlanningException error =
                assertThrows(
                        PlanningException.class,
                        () -> loop(DECISION, 1e24).run(List.of(), _ -> List.of(), _ -> {}));
        assertEquals("expected a loss from at least one of 4 runs, found none", error.getMessage());
    }

    /** What information rests on, against differences of the law itself. */
    @Test
    void theGradientIsThatOfTheLaw() {
        List<LossPoint> known = new SimulatedRuns(5).make(SimulatedRuns.candidates(3));
        ParametricFit fit = ParametricFit.of(known, SimulatedRuns.OPTIONS);
        ParametricLaw law = fit.law();
        double[] at = {Math.log(law.a()), Math.log(law.b()), law.e(), law.alpha(), law.beta()};
        double[] gradient = new LawInformation(fit).gradient(3e8, 5e9).toArray();
        double step = 1e-5;
        for (int i = 0; i < at.length; i++) {
            double difference = lnLoss(at, i, step) - lnLoss(at, i, -step);
            assertEquals(difference / (2 * step), gradient[i], 1e-7, "parameter " + i);
        }
    }

    private static double lnLoss(double[] at, int moved, double by) {
        double[] x = at.clone();
        x[moved] += by;
        return Math.log(
                new ParametricLaw(Math.exp(x[0]), Math.exp(x[1]), x[2], x[3], x[4]).loss(3e8, 5e9));
    }

    /**
     * A loop ends at the first interval that is tight, which favours those that are so by chance.
     * Of 40 other seeds, the true loss lay in the interval of 40 at a tolerance of 0.1 and of 36 at
     * 0.04.
     */
    @Test
    @Tag("slow")
    void theIntervalAtTheEndHoldsTheTrueLoss() {
        Decision decision = new Decision(3e10, 6e11, 0.1);
        double truth = SimulatedRuns.LAW.loss(decision.parameters(), decision.tokens());
        int seeds = 12;
        int covered = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            Round last =
                    loop(decision, 1e24).run(List.of(), new SimulatedRuns(2000 + seed), _ -> {});
            covered += last.interval().orElseThrow().contains(truth) ? 1 : 0;
        }
        assertTrue(covered >= 10, covered + " of " + seeds);
    }

    /** The smallest grid over the same ranges whose interval is tight enough, known afterwards. */
    private static double gridFlops(long seed) {
        for (int levels = 3; levels <= 16; levels++) {
            SimulatedRuns runs = new SimulatedRuns(seed);
            List<LossPoint> points = runs.make(SimulatedRuns.candidates(levels));
            ParametricFit fit = ParametricFit.of(points, SimulatedRuns.OPTIONS);
            Interval interval = DECISION.interval(fit);
            if (DECISION.isMet(interval)) {
                return runs.spent();
            }
        }
        throw new AssertionError("no grid is tight enough");
    }

    /** The same candidates as the loop's, cheapest first, as many at a time. */
    private static double cheapestFirstFlops(long seed) {
        List<Candidate> candidates = SimulatedRuns.candidates(LEVELS);
        SimulatedRuns runs = new SimulatedRuns(seed);
        List<LossPoint> points = new ArrayList<>(runs.make(candidates.subList(0, 24)));
        for (int next = 24; next + 4 <= candidates.size(); next += 4) {
            points.addAll(runs.make(candidates.subList(next, next + 4)));
            if (DECISION.isMet(
                    DECISION.interval(ParametricFit.of(points, SimulatedRuns.OPTIONS)))) {
                return runs.spent();
            }
        }
        return runs.spent();
    }

    @Test
    @Tag("slow")
    void takesFewerFlopsThanAGridForTheSameInterval() {
        double againstGrid = 0;
        double againstCheapest = 0;
        int seeds = 6;
        for (int seed = 1; seed <= seeds; seed++) {
            SimulatedRuns runs = new SimulatedRuns(seed);
            loop(DECISION, 1e24).run(List.of(), runs, _ -> {});
            againstGrid += Math.log(runs.spent() / gridFlops(seed)) / seeds;
            againstCheapest += Math.log(runs.spent() / cheapestFirstFlops(seed)) / seeds;
        }
        // Geometric means over these seeds: 0.18 of the smallest grid that suffices, of 3 to 16
        // levels, and 0.39 of the cheapest runs first.
        assertTrue(againstGrid < Math.log(0.5), "ratio " + Math.exp(againstGrid));
        assertTrue(againstCheapest < 0, "ratio " + Math.exp(againstCheapest));
    }
}
