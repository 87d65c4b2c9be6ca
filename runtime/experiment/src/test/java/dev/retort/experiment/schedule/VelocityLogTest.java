package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Resources;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Policy;
import dev.retort.experiment.velocity.Spent;
import dev.retort.experiment.velocity.Velocity;
import dev.retort.experiment.velocity.WhatIf;
import dev.retort.experiment.velocity.Window;
import dev.retort.experiment.velocity.WorkInProgress;
import dev.retort.experiment.verdict.Outcome;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Velocity of a real log: failures, retries, pauses, a search, and runs that are tried again. */
final class VelocityLogTest extends Simulation {
    private static final Duration RUN = Duration.ofSeconds(30);

    private List<Milestone> events = List.of();
    private List<RecordedEvent> log = List.of();
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void work() {
        lab.register(Samples.hypothesis("h"));
        lab.submit(
                Samples.experiment("good", "vision", "no.Task", Samples.seeds(12))
                        .hypothesis("h")
                        .tag("model", "small")
                        .build());
        lab.submit(
                Samples.experiment("bad", "speech", "no.Task", Samples.seeds(4))
                        .resources(Resources.ofCores(2))
                        .build());
        lab.submit(Samples.experiment("twin", "speech", "no.Task", 1).build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        a -> RUN,
                        a ->
                                a.run().startsWith("bad") && a.attempt() < 3
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "it was killed")
                                        : SimulatedLauncher.completed());
        start(options(4), launcher);
        time.run(Duration.ofSeconds(45), store);
        lab.pause("good/a/9", "later");
        lab.cancel("bad/a/4", "enough");
        time.run(Duration.ofSeconds(60), store);
        lab.resume("good/a/9");
        time.run(Duration.ofMinutes(10), store);
        lab.retry("bad/a/4", "after all");
        lab.submit(search());
        time.run(Duration.ofMinutes(5), store);
        lab.decide(
                new VerdictReference(
                        "h",
                        Outcome.CONFIRMED,
                        0.1,
                        0.05,
                        0.2,
                        "test/1",
                        List.of("good/a/1"),
                        "Yes."));
        time.run(Duration.ofMinutes(1), store);
        now = time.now();
        log = store.events(0, 100_000);
        events = VelocityLog.of(store);
        assertEquals(0, launcher.working);
    }

    private static Experiment search() {
        return new ExperimentBuilder("search", "vision")
                .search(
                        new SearchPlan(
                                "m",
                                Direction.HIGHER_IS_BETTER,
                                SearchSpace.of(
                                        new Parameter.Continuous(
                                                "x", 0, 1, Parameter.Scale.LINEAR)),
                                new RandomSearch(),
                                1,
                                5,
                                2,
                                new AshaStopping(new Rungs(1, 4, 2)),
                                Samples.arm("t", "no.Task", Map.of())))
                .build();
    }

    private long count(Predicate<RecordedEvent> which) {
        return log.stream().filter(which).count();
    }

    private Velocity whole() {
        return Velocity.of(events, new Window(events.getFirst().at(), now.plusMillis(1)), now);
    }

    @Test
    void theFiguresEqualARecount() {
        Velocity velocity = whole();
        assertEquals(count(e -> e.event() instanceof RunEnded), velocity.runs());
        assertEquals(1, velocity.verdicts());
        long heldMillis = 0;
        for (RecordedEvent each : log) {
            if (each.event() instanceof AttemptEnded ended) {
                int cores = ended.run().startsWith("bad") ? 2 : 1;
                heldMillis += ended.elapsedMillis() * cores;
            }
        }
        long counted = velocity.deviceTime().values().stream().mapToLong(Duration::toMillis).sum();
        assertTrue(Math.abs(heldMillis - counted) < 20, heldMillis + " and " + counted);
        // Two attempts of each run that are killed, half a minute on two cores, with nothing saved.
        assertTrue(velocity.deviceTime().containsKey(Spent.REDONE), velocity::toString);
        assertTrue(velocity.deviceTime().containsKey(Spent.USEFUL), velocity::toString);
        Duration latency = velocity.latency().orElseThrow().total().p50();
        Instant registered = Instant.ofEpochMilli(log.getFirst().wallMillis());
        assertEquals(
                Duration.between(
                        registered,
                        events.stream()
                                .filter(Milestone.Decided.class::isInstance)
                                .findFirst()
                                .orElseThrow()
                                .at()),
                latency);
    }

    @Test
    void littlesLawHoldsOnEveryWindow() {
        Instant begin = events.getFirst().at();
        IntStream.range(0, 40)
                .mapToObj(
                        i ->
                                new Window(
                                        begin.plusSeconds(i * 300L),
                                        begin.plusSeconds(900 + i * 700L)))
                .map(window -> Velocity.of(events, window, now.plusSeconds(100_000)))
                .forEach(
                        velocity -> {
                            assertTrue(
                                    velocity.inProgress()
                                            .law()
                                            .map(WorkInProgress.Law::holds)
                                            .orElse(true),
                                    velocity::toString);
                        });
    }

    @Test
    void everyTagAddsUp() {
        Window window = new Window(events.getFirst().at(), now.plusMillis(1));
        for (String tag : List.of("team", "user", "experiment", "device")) {
            int runs =
                    Velocity.by(events, window, tag, now).values().stream()
                            .mapToInt(Velocity::runs)
                            .sum();
            assertEquals(whole().runs(), runs, tag);
        }
        assertEquals(12, runs("model", "small"));
        assertEquals(12, runs("hypothesis", "h"));
    }

    private int runs(String tag, String value) {
        Window window = new Window(events.getFirst().at(), now.plusMillis(1));
        return Objects.requireNonNull(Velocity.by(events, window, tag, now).get(value)).runs();
    }

    @Test
    void moreDevicesWaitLessAndCostMore() {
        Policy four = new Policy(4, new Policy.Order.Priority(), true, 1);
        Policy eight = new Policy(8, new Policy.Order.Priority(), true, 1);
        var few = WhatIf.replay(events, four);
        var many = WhatIf.replay(events, eight);
        assertTrue(
                many.queue().orElseThrow().mean().compareTo(few.queue().orElseThrow().mean()) < 0);
        assertTrue(many.cost() > few.cost());
    }
}
