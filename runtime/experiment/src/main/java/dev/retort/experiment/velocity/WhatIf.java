package dev.retort.experiment.velocity;

import dev.retort.experiment.share.FairShare;
import dev.retort.experiment.share.LatelyUsed;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Replays a log under another policy in virtual time. Runs are submitted when they were and hold
 * devices as long as they did, losses included; what changes is when they get them. One that shared
 * its devices holds them alone, for its part of that time: as much device time in all. People are
 * taken to submit and to analyse no faster or slower: a verdict falls as long after the last run of
 * its hypothesis as it did. Runs are not preempted.
 */
public final class WhatIf {
    private WhatIf() {}

    /**
     * A run to be replayed.
     *
     * @param number its place in the order of submission
     * @param run the run
     * @param held how long it holds its devices alone, in nanoseconds
     */
    record Job(int number, History.Run run, long held) {
        long deviceTime() {
            return Math.multiplyExact(held, run.submitted.devices());
        }
    }

    private record Running(Job job, long end) {}

    /**
     * Replays.
     *
     * @param events the events in the order of time
     * @param policy the policy
     * @return what would have come of it
     * @throws IllegalArgumentException if the events contradict each other, or a run needs more
     *     devices than there are
     */
    public static Forecast replay(List<Milestone> events, Policy policy) {
        History history = History.of(events, Instant.EPOCH);
        List<Job> jobs = jobs(history);
        for (Job job : jobs) {
            Milestone.Submitted run = job.run().submitted;
            if (run.devices() > policy.devices()) {
                throw new IllegalArgumentException(
                        "expected at least the %d devices of run '%s', found %d"
                                .formatted(run.devices(), run.run(), policy.devices()));
            }
        }
        return forecast(history, policy, jobs, starts(jobs, policy));
    }

    /** The runs that ended and held devices, as they were submitted. */
    private static List<Job> jobs(History history) {
        List<Job> jobs = new ArrayList<>();
        for (History.Run run : history.runs.values()) {
            long held = run.held();
            if (run.end != null && held > 0) {
                jobs.add(new Job(jobs.size(), run, held));
            }
        }
        return jobs;
    }

    /**
     * The devices of the largest run that is replayed: with fewer, a log cannot be.
     *
     * @param events the events in the order of time
     * @return the least number of devices, at least 1
     * @throws IllegalArgumentException if the events contradict each other
     */
    public static int leastDevices(List<Milestone> events) {
        return jobs(History.of(events, Instant.EPOCH)).stream()
                .mapToInt(job -> job.run().submitted.devices())
                .max()
                .orElse(1);
    }

    /** When each run gets its devices. */
    private static Map<Job, Long> starts(List<Job> jobs, Policy policy) {
        Map<Job, Long> starts = new HashMap<>();
        TreeSet<Job> waiting = new TreeSet<>(policy.comparator());
        PriorityQueue<Running> running =
                new PriorityQueue<>(Comparator.comparingLong(Running::end));
        Shares share = new Shares(policy);
        int free = policy.devices();
        int next = 0;
        while (starts.size() < jobs.size()) {
            long submission = next < jobs.size() ? jobs.get(next).run().begin() : Long.MAX_VALUE;
            long completion = running.isEmpty() ? Long.MAX_VALUE : running.element().end();
            long now = Math.min(submission, completion);
            while (!running.isEmpty() && running.element().end() <= now) {
                Running ended = running.remove();
                free += ended.job().run().submitted.devices();
                share.returned(ended.job(), ended.end());
            }
            while (next < jobs.size() && jobs.get(next).run().begin() <= now) {
                waiting.add(jobs.get(next++));
            }
            Job chosen = first(waiting, share, free, policy.backFill(), now);
            while (chosen != null) {
                waiting.remove(chosen);
                free -= chosen.run().submitted.devices();
                starts.put(chosen, now);
                running.add(new Running(chosen, now + chosen.held()));
                share.taken(chosen);
                chosen = first(waiting, share, free, policy.backFill(), now);
            }
        }
        return starts;
    }

    /** The run that goes next into what is free, or {@code null} if none may. */
    private static @Nullable Job first(
            Collection<Job> waiting, Shares share, int free, boolean backFill, long now) {
        for (Job job : share.ordered(waiting, now)) {
            if (job.run().submitted.devices() <= free) {
                return job;
            }
            if (!backFill) {
                return null;
            }
        }
        return null;
    }

    /** Who holds what, where teams share; else nothing. */
    private static final class Shares {
        private final Map<String, LatelyUsed> used = new HashMap<>();
        private final @Nullable FairShare share;
        private long now;

        Shares(Policy policy) {
            share =
                    policy.order() instanceof Policy.Order.FairShares(Map<String, Double> weights)
                            ? new FairShare(weights, this::used)
                            : null;
        }

        private static String team(Job job) {
            return job.run().tags.getOrDefault("team", "");
        }

        private double used(String team) {
            return used.getOrDefault(team, LatelyUsed.NOTHING).at(now);
        }

        void taken(Job job) {
            if (share != null) {
                share.taken(team(job), job.run().submitted.devices());
            }
        }

        void returned(Job job, long end) {
            if (share != null) {
                int devices = job.run().submitted.devices();
                share.returned(team(job), devices);
                LatelyUsed before = used.getOrDefault(team(job), LatelyUsed.NOTHING);
                used.put(team(job), before.plus((double) devices * job.held(), end));
            }
        }

        /** Within a team in the order of the policy. */
        Collection<Job> ordered(Collection<Job> waiting, long time) {
            if (share == null) {
                return waiting;
            }
            now = time;
            List<String> teams =
                    share.inOrder(waiting.stream().map(Shares::team).distinct().toList());
            return waiting.stream()
                    .sorted(Comparator.comparingInt(job -> teams.indexOf(team(job))))
                    .toList();
        }
    }

    private static Forecast forecast(
            History history, Policy policy, List<Job> jobs, Map<Job, Long> starts) {
        long last = history.now();
        long first = Long.MAX_VALUE;
        Map<History.Run, Long> ends = new HashMap<>();
        List<Duration> queue = new ArrayList<>();
        long held = 0;
        if (!jobs.isEmpty()) {
            last = Long.MIN_VALUE;
        }
        for (Job job : jobs) {
            first = Math.min(first, job.run().begin());
            long start = starts.getOrDefault(job, job.run().begin());
            queue.add(Duration.ofNanos(start - job.run().begin()));
            ends.put(job.run(), start + job.held());
            last = Math.max(last, start + job.held());
            held += job.deviceTime();
        }
        List<Duration> latency = new ArrayList<>();
        for (History.Hypothesis hypothesis : history.hypotheses.values()) {
            first = Math.min(first, hypothesis.begin());
            if (!hypothesis.verdicts.isEmpty()) {
                long verdict = verdict(hypothesis, ends);
                latency.add(Duration.ofNanos(verdict - hypothesis.begin()));
                last = Math.max(last, verdict);
            }
        }
        double seconds = first >= last ? 0 : (last - first) / 1e9;
        return new Forecast(
                policy,
                jobs.size(),
                queue.isEmpty() ? Optional.empty() : Optional.of(Latency.Percentiles.of(queue)),
                latency.isEmpty() ? Optional.empty() : Optional.of(Latency.Percentiles.of(latency)),
                first >= last ? Duration.ZERO : Duration.ofNanos(last - first),
                seconds == 0 ? 0 : latency.size() / (seconds / 86_400),
                seconds == 0 ? 0 : held / 1e9 / (seconds * policy.devices()),
                policy.devices() * policy.devicePricePerHour() * seconds / 3_600);
    }

    /** As long after the last of its runs that came before it as it was. */
    private static long verdict(History.Hypothesis hypothesis, Map<History.Run, Long> ends) {
        long logged = hypothesis.verdicts.getFirst().at();
        long lastLogged = hypothesis.begin();
        long lastReplayed = hypothesis.begin();
        for (History.Run run : hypothesis.runs) {
            if (run.end != null && run.finish() <= logged) {
                lastLogged = Math.max(lastLogged, run.finish());
                lastReplayed = Math.max(lastReplayed, ends.getOrDefault(run, run.finish()));
            }
        }
        return lastReplayed + (logged - lastLogged);
    }
}
