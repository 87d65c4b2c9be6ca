package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.MedianRule;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.search.SobolSearch;
import dev.retort.experiment.search.TreeParzenSearch;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Searches that run: what they propose, what they stop, and that both can be decided again. */
final class SearchTest extends SearchSimulation {
    static List<EarlyStopping> rules() {
        return List.of(
                new AshaStopping(RUNGS),
                new AshaPromotion(RUNGS),
                new Hyperband(MOST, 4),
                new MedianRule(4, 3));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void hopelessTrialsAreStoppedAndTheRestIsDecidedAgainTheSame(EarlyStopping rule) {
        SimulatedTraining training = run(search("s", new RandomSearch(), 40, rule));
        Map<RunState, Long> states = states("s");
        assertEquals(Set.of(RunState.SUCCEEDED, RunState.PRUNED), states.keySet());
        assertEquals(40, states.values().stream().mapToLong(Long::longValue).sum());
        double share = training.epochs / (40.0 * MOST);
        double most = rule instanceof MedianRule ? 0.95 : 0.3;
        assertTrue(share < most, rule + " took " + share + " of the epochs");
        replays("s", 80);
    }

    /** However many trials there are: a decision names what it was made from by a number. */
    @Test
    void aDecisionHasTheSameSizeAtTheEndAsAtTheBeginning() {
        run(search("s", new RandomSearch(), 60, new AshaStopping(RUNGS)));
        List<Integer> sizes =
                store.events(0, 10_000).stream()
                        .map(RecordedEvent::event)
                        .filter(e -> e instanceof TrialDecided || e instanceof TrialProposed)
                        .map(event -> EventCodec.payload(event).length())
                        .toList();
        int last = sizes.stream().skip(sizes.size() / 2).mapToInt(i -> i).max().orElseThrow();
        int first = sizes.stream().limit(10).mapToInt(i -> i).max().orElseThrow();
        assertTrue(last <= first + 30, first + " and " + last);
    }

    @Test
    void proposersSeeWhatCameOut() {
        run(search("random", new RandomSearch(), 30, null));
        run(search("sobol", new SobolSearch(), 30, null));
        run(search("tpe", new TreeParzenSearch(6, 0.2, 25, 24), 30, null));
        assertTrue(meanOfLast("tpe") < meanOfLast("random"));
        for (String id : List.of("random", "sobol", "tpe")) {
            assertEquals(Map.of(RunState.SUCCEEDED, 30L), states(id));
            replays(id, 30);
        }
    }

    private double meanOfLast(String id) {
        return lab.runs(RunFilter.ofExperiment(id)).stream()
                .skip(15)
                .mapToDouble(view -> view.values().get("loss"))
                .average()
                .orElseThrow();
    }

    /** The exact set: what was done is taken, and only what is missing is run. */
    @Test
    void ofAGridOnlyWhatIsMissingIsRun() {
        SimulatedTraining first = run(search("grid", new GridSearch(3), 5, null));
        assertEquals(5 * MOST, first.epochs);
        SimulatedTraining second = run(search("whole", new GridSearch(3), 9, null));
        assertEquals(4 * MOST, second.epochs);
        assertEquals(Map.of(RunState.REUSED, 5L, RunState.SUCCEEDED, 4L), states("whole"));
        Set<Map<String, Object>> configs = new HashSet<>();
        store.events(0, 10_000).stream()
                .map(RecordedEvent::event)
                .filter(TrialProposed.class::isInstance)
                .map(event -> ((TrialProposed) event).arm())
                .map(Arm::config)
                .forEach(configs::add);
        assertEquals(9, configs.size());
        replays("whole", 9);
    }

    @Test
    void aSearchGoesOnUnderTheNextScheduler() {
        lab.submit(search("s", new RandomSearch(), 30, new AshaPromotion(RUNGS)));
        // A trial that is stopped may go on until it saves, which it does at the rungs alone.
        SchedulerOptions options = options(4);
        options = options.withTimes(options.lease(), Duration.ofMinutes(1), options.patience());
        int parts = 0;
        boolean done = false;
        while (!done) {
            Scheduler scheduler = Scheduler.start(store, options, training(), time, host.machine());
            var idle = scheduler.idle();
            done = time.runUntil(idle::isDone, Duration.ofSeconds(10), store);
            closeWhileTimePasses(scheduler);
            parts++;
        }
        assertTrue(parts > 3, parts + " schedulers");
        assertEquals(30, states("s").values().stream().mapToLong(Long::longValue).sum());
        assertTrue(states("s").containsKey(RunState.SUCCEEDED));
        replays("s", 60);
    }

    @Test
    void whatIsOnlyAdvisedIsNotDone() {
        lab.submit(search("s", new RandomSearch(), 20, new AshaStopping(RUNGS)));
        SimulatedTraining training = untilIdle(advisingToPrune(), training());
        assertEquals(20 * MOST, training.epochs);
        assertEquals(Map.of(RunState.SUCCEEDED, 20L), states("s"));
        assertTrue(
                store.events(0, 10_000).stream()
                                .filter(e -> e.event() instanceof DecisionAdvised)
                                .count()
                        > 5);
        replays("s", 20);
    }

    private SchedulerOptions advisingToPrune() {
        return options(4).withAutomation(Automation.unlimited().advising(Decision.Kind.PRUNE));
    }

    static List<EarlyStopping> pausingRules() {
        return List.of(new AshaPromotion(RUNGS), new Hyperband(MOST, 4));
    }

    /** What a rule would end pauses instead; what a person resumes trains to its end. */
    @ParameterizedTest
    @MethodSource("pausingRules")
    void whatPausesIsNotPrunedIfThatIsOnlyAdvised(EarlyStopping rule) {
        lab.submit(search("s", new RandomSearch(), 20, rule));
        untilIdle(advisingToPrune(), training());
        Map<RunState, Long> states = states("s");
        assertEquals(Set.of(RunState.SUCCEEDED, RunState.PAUSED), states.keySet());
        long advised =
                store.events(0, 10_000).stream()
                        .filter(e -> e.event() instanceof DecisionAdvised)
                        .count();
        assertEquals(states.get(RunState.PAUSED), advised);
        String paused = first(RunState.PAUSED);
        lab.resume(paused);
        untilIdle(advisingToPrune(), training());
        assertEquals(RunState.SUCCEEDED, state(paused));
        replays("s", 40);
    }

    /** Under the scheduler that saw its end and under the next one. */
    @ParameterizedTest
    @MethodSource("pausingRules")
    void whatWasPrunedAndIsTriedAgainTrainsToItsEnd(EarlyStopping rule) {
        lab.submit(search("s", new RandomSearch(), 20, rule));
        SimulatedTraining training = training();
        Scheduler scheduler = Scheduler.start(store, options(4), training, time, host.machine());
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        String first = first(RunState.PRUNED);
        lab.retry(first, "it looked good");
        var again = scheduler.idle();
        assertTrue(time.runUntil(again::isDone, DAY, store));
        assertEquals(RunState.SUCCEEDED, state(first));
        closeWhileTimePasses(scheduler);
        String second = first(RunState.PRUNED);
        lab.retry(second, "and this one");
        untilIdle(options(4), training());
        assertEquals(RunState.SUCCEEDED, state(second));
        assertEquals(Set.of(RunState.SUCCEEDED, RunState.PRUNED), states("s").keySet());
        replays("s", 40);
    }

    private String first(RunState state) {
        return lab.runs(RunFilter.ofExperiment("s")).stream()
                .filter(view -> view.state() == state)
                .findFirst()
                .orElseThrow()
                .run()
                .id();
    }

    /** The first report is above two of the rungs. */
    @Test
    void reportsThatSkipRungsDoNotHoldUpASearch() {
        lab.submit(search("s", new RandomSearch(), 30, new AshaPromotion(RUNGS)));
        untilIdle(
                options(4),
                new SimulatedTraining(time, SearchSimulation::loss, MOST, e -> e % 8 == 0));
        assertEquals(Set.of(RunState.SUCCEEDED, RunState.PRUNED), states("s").keySet());
        assertEquals(30, states("s").values().stream().mapToLong(Long::longValue).sum());
        replays("s", 60);
    }

    @Test
    void aSearchThatWasClosedEndsWithTheTrialsItHas() {
        lab.submit(search("s", new RandomSearch(), 1_000, new Hyperband(MOST, 4)));
        Scheduler scheduler = Scheduler.start(store, options(4), training(), time, host.machine());
        time.run(Duration.ofMinutes(1), store);
        lab.closeSearch("s", "good enough");
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        closeWhileTimePasses(scheduler);
        assertTrue(states("s").values().stream().mapToLong(Long::longValue).sum() < 100);
        assertEquals(Set.of(RunState.SUCCEEDED, RunState.PRUNED), states("s").keySet());
        assertEquals(
                "search s was closed: good enough",
                assertThrows(RefusedException.class, () -> lab.closeSearch("s", "again"))
                        .getMessage());
        assertEquals(
                "experiment s is a search: expected no further seed, all its trials have one",
                assertThrows(RefusedException.class, () -> lab.addSeed("s", 2)).getMessage());
        replays("s", 20);
    }

    @Test
    void whatDivergesIsStoppedAndCanBeTriedAgain() {
        Arm arm = Samples.arm("a", "no.Task", Map.of("rate", 0.1, "width", 2L));
        lab.submit(new ExperimentBuilder("e", "vision").arm(arm).seeds(1).build());
        SimulatedTraining training =
                new SimulatedTraining(
                        time, (_, _, epochs) -> epochs > 4 ? Double.NaN : 1, 9, e -> true);
        Scheduler scheduler = Scheduler.start(store, options(4), training, time, host.machine());
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        RunView view = lab.run("e/a/1").orElseThrow();
        assertEquals(RunState.FAILED, view.state());
        assertEquals(FailureClass.NOT_A_NUMBER, view.failure());
        assertEquals("NOT_A_NUMBER, 1 of 1 attempt: after 5 epochs it reported NaN", view.reason());
        assertEquals(
                CauseOfEnd.NOT_A_NUMBER,
                Objects.requireNonNull(view.attempts().getFirst().end()).cause());
        assertEquals(5, training.epochs);
        assertEquals(1, decisions("STOP_DIVERGED"));
        lab.retry("e/a/1", "the data was mended");
        var again = scheduler.idle();
        assertTrue(time.runUntil(again::isDone, DAY, store));
        assertEquals(6, training.epochs);
        closeWhileTimePasses(scheduler);
    }

    /** For tasks that are not deterministic, a policy may have them try again. */
    @Test
    void whatDivergesIsTriedAgainAsOftenAsThePolicySays() {
        Arm arm = Samples.arm("a", "no.Task", Map.of("rate", 0.1, "width", 2L));
        lab.submit(new ExperimentBuilder("e", "vision").arm(arm).seeds(1).build());
        RetryPolicy thrice =
                new RetryPolicy(
                        Map.of(FailureClass.NOT_A_NUMBER, 3),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        9);
        SimulatedTraining training =
                untilIdle(
                        options(4).withRetries(thrice),
                        new SimulatedTraining(
                                time,
                                (_, _, epochs) -> epochs == 3 ? Double.POSITIVE_INFINITY : 1,
                                5,
                                e -> true));
        assertEquals(RunState.SUCCEEDED, state("e/a/1"));
        assertEquals(2, lab.run("e/a/1").orElseThrow().attempts().size());
        assertEquals(5, training.epochs);
    }

    /** A trial that diverged is as bad as one can be, and nobody's choice. */
    @Test
    void trialsThatDivergeFail() {
        lab.submit(search("s", new RandomSearch(), 12, new AshaStopping(RUNGS)));
        SimulatedTraining.Curve curve =
                (arm, config, epochs) -> arm.endsWith("3") ? Double.NaN : loss(arm, config, epochs);
        untilIdle(options(4), new SimulatedTraining(time, curve, MOST, RUNGS.epochs()::contains));
        assertEquals(RunState.FAILED, state("s/trial-3/1"));
        assertEquals(1L, states("s").get(RunState.FAILED));
        replays("s", 12);
    }

    @Test
    void badPlansGetOneSentence() {
        assertEquals(
                "expected a proposal below the 9 points of the grid, found number 9",
                message(() -> search("s", new GridSearch(3), 10, null)));
        assertEquals(
                "the search has 0 trials, 4 at a time: expected at least 1 each",
                message(() -> search("s", new RandomSearch(), 0, null)));
        assertEquals(
                "experiment s has no arm and no search: expected either",
                message(() -> new ExperimentBuilder("s", "vision").build()));
    }

    private static String message(Runnable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
