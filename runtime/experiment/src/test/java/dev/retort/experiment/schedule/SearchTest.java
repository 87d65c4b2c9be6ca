package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.SearchReplay;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Hyperband;
import dev.retort.experiment.search.MedianRule;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.Proposer;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.search.SobolSearch;
import dev.retort.experiment.search.TreeParzenSearch;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Searches that run: what they propose, what they stop, and that both can be decided again. */
final class SearchTest extends Simulation {
    private static final int MOST = 64;
    private static final Rungs RUNGS = new Rungs(1, MOST, 4);
    private static final SearchSpace SPACE =
            SearchSpace.of(
                    new Parameter.Continuous("rate", 1e-4, 1, Parameter.Scale.LOG),
                    new Parameter.Whole("width", 1, 8, Parameter.Scale.LINEAR));

    /** Curves that cross: a high rate learns fast at first. */
    private static double loss(String arm, Map<String, Object> config, int epochs) {
        double rate = (Double) Objects.requireNonNull(config.get("rate"));
        double width = (Long) Objects.requireNonNull(config.get("width"));
        double floor = 0.2 + Math.pow(Math.log10(rate) + 2, 2) / 8 + Math.abs(width - 5) / 40;
        return floor + Math.pow(epochs, -0.4 - 0.3 * rate);
    }

    private static Experiment search(
            String id, Proposer proposer, int trials, @Nullable EarlyStopping stopping) {
        SearchPlan plan =
                new SearchPlan(
                        "loss",
                        Direction.LOWER_IS_BETTER,
                        SPACE,
                        proposer,
                        3,
                        trials,
                        4,
                        stopping,
                        Samples.arm("trial", "no.Task", Map.of("by", proposer.toString())));
        return new ExperimentBuilder(id, "vision").search(plan).build();
    }

    private SimulatedTraining training() {
        return new SimulatedTraining(time, SearchTest::loss, MOST, RUNGS.epochs()::contains);
    }

    private SimulatedTraining run(Experiment experiment) {
        SimulatedTraining training = training();
        lab.submit(experiment);
        Scheduler scheduler = Scheduler.start(store, options(4), training, time);
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY.multipliedBy(10), store));
        closeWhileTimePasses(scheduler);
        return training;
    }

    /** Its thread is that of this test. */
    private void closeWhileTimePasses(Scheduler scheduler) {
        Thread closing = Thread.ofVirtual().start(scheduler::close);
        time.runUntil(() -> !closing.isAlive(), DAY, store);
    }

    private Map<RunState, Long> states(String experiment) {
        return lab.runs(RunFilter.ofExperiment(experiment)).stream()
                .collect(Collectors.groupingBy(RunView::state, Collectors.counting()));
    }

    private void replays(String experiment, int least) {
        SearchReplay.Result result = SearchReplay.of(store, experiment);
        assertEquals(List.of(), result.differences());
        assertTrue(result.replayed() >= least, result::toString);
    }

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
        int parts = 0;
        boolean done = false;
        while (!done) {
            Scheduler scheduler = Scheduler.start(store, options(4), training(), time);
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
        SimulatedTraining training = training();
        SchedulerOptions advising =
                options(4).withAutomation(Automation.unlimited().advising(Decision.Kind.PRUNE));
        Scheduler scheduler = Scheduler.start(store, advising, training, time);
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        closeWhileTimePasses(scheduler);
        assertEquals(20 * MOST, training.epochs);
        assertEquals(Map.of(RunState.SUCCEEDED, 20L), states("s"));
        assertTrue(
                store.events(0, 10_000).stream()
                                .filter(e -> e.event() instanceof DecisionAdvised)
                                .count()
                        > 5);
        replays("s", 20);
    }

    @Test
    void whatDivergesIsStoppedAndCanBeTriedAgain() {
        Arm arm = Samples.arm("a", "no.Task", Map.of("rate", 0.1, "width", 2L));
        lab.submit(new ExperimentBuilder("e", "vision").arm(arm).seeds(1).build());
        SimulatedTraining training =
                new SimulatedTraining(
                        time, (_, _, epochs) -> epochs > 4 ? Double.NaN : 1, 9, e -> true);
        Scheduler scheduler = Scheduler.start(store, options(4), training, time);
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        assertEquals(RunState.PRUNED, state("e/a/1"));
        assertEquals(5, training.epochs);
        assertEquals(1, decisions("STOP_DIVERGED"));
        lab.retry("e/a/1", "the data was mended");
        var again = scheduler.idle();
        assertTrue(time.runUntil(again::isDone, DAY, store));
        assertEquals(6, training.epochs);
        closeWhileTimePasses(scheduler);
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
