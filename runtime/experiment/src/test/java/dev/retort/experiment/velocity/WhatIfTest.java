package dev.retort.experiment.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.velocity.Policy.Order;
import dev.retort.experiment.verdict.Outcome;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

class WhatIfTest {
    private static final Policy FIFO = new Policy(4, new Order.Fifo(), false, 2);

    private record Job(int number, int submitted, int held, int devices, int priority) {}

    private static List<Job> jobs(int count, int mostDevices, SplittableRandom random) {
        List<Job> jobs = new ArrayList<>();
        int time = 0;
        for (int i = 0; i < count; i++) {
            time += 1 + random.nextInt(11);
            jobs.add(
                    new Job(
                            i,
                            time,
                            1 + random.nextInt(40),
                            1 + random.nextInt(mostDevices),
                            random.nextInt(3)));
        }
        return jobs;
    }

    /** A scheduler that looks at every second, one hypothesis a run, verdicts 5 s after its end. */
    private static List<Milestone> schedule(List<Job> jobs, int devices, Comparator<Job> order) {
        List<Milestone> events = new ArrayList<>();
        List<Job> waiting = new ArrayList<>();
        List<Job> left = new ArrayList<>(jobs);
        int[] end = new int[jobs.size()];
        List<Job> running = new ArrayList<>();
        for (int second = 0; !left.isEmpty() || !waiting.isEmpty(); second++) {
            int now = second;
            running.removeIf(job -> end[job.number] <= now);
            while (!left.isEmpty() && left.getFirst().submitted == second) {
                waiting.add(left.removeFirst());
            }
            waiting.sort(order);
            while (!waiting.isEmpty()) {
                Job first = waiting.getFirst();
                int busy = running.stream().mapToInt(Job::devices).sum();
                if (busy + first.devices > devices) {
                    break;
                }
                running.add(waiting.removeFirst());
                end[first.number] = second + first.held;
                log(events, first, second);
            }
        }
        events.sort(Comparator.comparing(Milestone::at));
        return events;
    }

    private static void log(List<Milestone> events, Job job, int start) {
        String name = "h" + job.number;
        String run = "r" + job.number;
        events.add(new Milestone.Registered(Logs.at(job.submitted), name, Map.of()));
        Map<String, String> tags = Map.of("team", "t" + job.priority);
        events.add(
                new Milestone.Submitted(
                        Logs.at(job.submitted), run, name, job.devices, job.priority, tags));
        events.add(new Milestone.Admitted(Logs.at(start), run));
        events.add(new Milestone.FirstStep(Logs.at(start), run));
        events.add(new Milestone.Ended(Logs.at(start + job.held), run, Milestone.End.SUCCEEDED));
        events.add(new Milestone.Decided(Logs.at(start + job.held + 5), name, Outcome.CONFIRMED));
    }

    private static Latency.Percentiles logged(List<Milestone> events) {
        Window all = new Window(Logs.EPOCH, events.getLast().at().plusSeconds(1));
        return Velocity.of(events, all, Instant.EPOCH).latency().orElseThrow().total();
    }

    @Test
    void theSamePolicyGivesTheSameTimes() {
        SplittableRandom random = new SplittableRandom(1);
        Comparator<Job> fifo = Comparator.comparingInt(Job::number);
        Comparator<Job> urgent = Comparator.comparingInt((Job job) -> -job.priority);
        Comparator<Job> least = Comparator.comparingInt(job -> job.held * job.devices);
        for (int trial = 0; trial < 60; trial++) {
            List<Job> jobs = jobs(60, 3, random);
            List<Milestone> asFifo = schedule(jobs, 4, fifo);
            List<Milestone> asUrgent = schedule(jobs, 4, urgent.thenComparing(fifo));
            List<Milestone> asLeast = schedule(jobs, 4, least.thenComparing(fifo));
            Policy byPriority = new Policy(4, new Order.Priority(), false, 2);
            Policy shortest = new Policy(4, new Order.ShortestFirst(), false, 2);
            Policy byTeam = new Policy(4, new Order.ByTag("team", List.of("t2", "t1")), false, 2);
            // Whatever policy the log comes from, the replay is that of the asked one.
            for (List<Milestone> log : List.of(asFifo, asUrgent, asLeast)) {
                assertEquals(logged(asFifo), latency(log, FIFO));
                assertEquals(logged(asUrgent), latency(log, byPriority));
                assertEquals(logged(asUrgent), latency(log, byTeam));
                assertEquals(logged(asLeast), latency(log, shortest));
            }
        }
    }

    private static Latency.Percentiles latency(List<Milestone> log, Policy policy) {
        return WhatIf.replay(log, policy).latency().orElseThrow();
    }

    @Test
    void moreDevicesCostMoreAndWaitLess() {
        List<Milestone> log =
                schedule(
                        jobs(200, 1, new SplittableRandom(2)),
                        4,
                        Comparator.comparing(Job::number));
        Forecast before = WhatIf.replay(log, FIFO);
        Forecast after = WhatIf.replay(log, new Policy(5, new Order.Fifo(), false, 2));
        assertEquals(200, after.runs());
        Duration wait = before.queue().orElseThrow().mean();
        assertTrue(after.queue().orElseThrow().mean().compareTo(wait) <= 0);
        assertTrue(after.utilisation() < before.utilisation());
        double hours = before.span().toSeconds() / 3_600.0;
        assertEquals(4 * 2 * hours, before.cost(), 1e-9);
        assertEquals(200 * 24 / hours, before.firstVerdictsPerDay(), 1e-6);
    }

    @Test
    void workWithoutHypothesesCostsSomethingToo() {
        List<Milestone> log =
                List.of(
                        new Milestone.Submitted(Logs.at(1000), "r", null, 2, 0, Map.of()),
                        new Milestone.Admitted(Logs.at(1000), "r"),
                        new Milestone.FirstStep(Logs.at(1000), "r"),
                        new Milestone.Ended(Logs.at(4600), "r", Milestone.End.SUCCEEDED));
        Forecast forecast = WhatIf.replay(log, FIFO);
        assertEquals(Duration.ofHours(1), forecast.span());
        assertEquals(0.5, forecast.utilisation(), 1e-9);
        assertEquals(4 * 2, forecast.cost(), 1e-9);
        assertEquals(2, WhatIf.leastDevices(log));
    }

    /** One that waits or never held a device is not replayed, and needs none. */
    @Test
    void whatIsNotReplayedNeedsNoDevices() {
        List<Milestone> log =
                List.of(
                        new Milestone.Submitted(Logs.at(0), "large", null, 8, 0, Map.of()),
                        new Milestone.Submitted(Logs.at(0), "taken", null, 6, 0, Map.of()),
                        new Milestone.Ended(Logs.at(1), "taken", Milestone.End.DUPLICATE),
                        new Milestone.Submitted(Logs.at(2), "r", null, 2, 0, Map.of()),
                        new Milestone.Admitted(Logs.at(3), "r"),
                        new Milestone.Ended(Logs.at(9), "r", Milestone.End.FAILED));
        assertEquals(2, WhatIf.leastDevices(log));
        assertEquals(1, WhatIf.replay(log, new Policy(2, new Order.Fifo(), true, 1)).runs());
    }

    @Test
    void backFillLetsSmallRunsPass() {
        List<Job> jobs =
                List.of(new Job(0, 0, 100, 3, 0), new Job(1, 1, 10, 4, 0), new Job(2, 2, 10, 1, 0));
        List<Milestone> log = schedule(jobs, 4, Comparator.comparing(Job::number));
        assertEquals(Duration.ofSeconds(108), WhatIf.replay(log, FIFO).queue().orElseThrow().p99());
        Policy filled = new Policy(4, new Order.Fifo(), true, 2);
        Latency.Percentiles queue = WhatIf.replay(log, filled).queue().orElseThrow();
        assertEquals(Duration.ZERO, queue.p50());
        assertEquals(Duration.ofSeconds(99), queue.p99());
    }

    @Test
    void littlesLawHoldsOnALongLogWithPlainRatesToo() {
        List<Milestone> log =
                schedule(
                        jobs(3_000, 2, new SplittableRandom(3)),
                        5,
                        Comparator.comparing(Job::number));
        Window all = new Window(log.getFirst().at(), log.getLast().at().plusSeconds(1));
        Velocity velocity = Velocity.of(log, all, Instant.EPOCH);
        // As the law is usually stated: arrivals per second times the mean time of an item.
        double seconds = all.length().toSeconds();
        double rate = 3_000 / seconds;
        double time = velocity.latency().orElseThrow().total().mean().toNanos() / 1e9;
        double mean = velocity.hypotheses().mean();
        assertEquals(mean, rate * time, 0.01 * mean);
        WorkInProgress runs = velocity.inProgress();
        assertEquals(3_000, runs.arrivals());
        assertEquals(3_000, runs.departures());
        double sojourn = runs.sojourn().orElseThrow().toNanos() / 1e9;
        assertEquals(runs.mean() * seconds, 3_000 * sojourn, 1);
        assertEquals(0, runs.law().orElseThrow().gap(), 1e-6);
        assertEquals(3_000 / seconds, runs.perSecond(), 1e-12);
        // And on windows in the middle of it.
        for (int i = 0; i < 20; i++) {
            Window part = new Window(Logs.at(500L * i), Logs.at(500L * i + 700));
            assertTrue(
                    Velocity.of(log, part, Instant.EPOCH).inProgress().law().orElseThrow().holds());
        }
    }

    @Test
    void badInputGetsOneSentence() {
        List<Milestone> log =
                schedule(List.of(new Job(0, 0, 5, 3, 0)), 4, Comparator.comparing(Job::number));
        assertEquals(
                "expected at least the 3 devices of run 'r0', found 2",
                message(() -> WhatIf.replay(log, new Policy(2, new Order.Fifo(), false, 0))));
        assertEquals(
                "expected at least 1 device, found 0",
                message(() -> new Policy(0, new Order.Fifo(), false, 0)));
        assertEquals(
                "expected the devices of run 'r0' to be held by at least 1 run, found 0",
                message(() -> new Milestone.Shared(Logs.at(1), "r0", 0)));
        Milestone.Admitted lone = new Milestone.Admitted(Logs.at(3), "x");
        assertEquals(
                "expected the run to be submitted before, found " + lone,
                message(() -> History.of(List.of(lone), Instant.EPOCH)));
        List<Milestone> back = new ArrayList<>(log);
        Milestone late = new Milestone.Registered(Logs.at(1), "late", Map.of());
        back.add(late);
        assertEquals(
                "expected events in the order of time, found one before the last: " + late,
                message(() -> History.of(back, Instant.EPOCH)));
        List<Milestone> twice = new ArrayList<>(log);
        Milestone again = new Milestone.Ended(Logs.at(20), "r0", Milestone.End.FAILED);
        twice.add(again);
        assertEquals(
                "expected a run in one of the phases [QUEUE, START, RUN], found one that is ended"
                        + " at "
                        + again,
                message(() -> History.of(twice, Instant.EPOCH)));
        assertTrue(
                message(() -> new Window(Logs.EPOCH, Logs.EPOCH))
                        .startsWith("expected a window that ends after its begin"));
    }

    private static String message(Runnable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
