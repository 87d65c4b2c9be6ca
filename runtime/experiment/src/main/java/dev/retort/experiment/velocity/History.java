package dev.retort.experiment.velocity;

import dev.retort.experiment.verdict.Outcome;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The events, put together to hypotheses and runs. Times are nanoseconds since 1970. */
final class History {
    /**
     * A phase from one time to another; an open one ends with the last event of the log.
     *
     * @param holders how many runs held its devices, this one among them; 0 if it held none
     */
    record Stretch(Phase phase, long from, long to, int holders) {
        long length() {
            return to - from;
        }

        boolean isHeld() {
            return holders > 0;
        }

        private Stretch as(Phase other, long begin, long end) {
            return new Stretch(other, begin, end, holders);
        }
    }

    record Verdict(long at, Outcome outcome) {}

    static final class Run {
        final Milestone.Submitted submitted;
        final List<Stretch> stretches = new ArrayList<>();
        final Map<String, String> tags = new HashMap<>();
        Milestone.@Nullable End end;
        private Phase phase = Phase.QUEUE;
        private long since;

        /** When it made its first step since it was admitted last. */
        private long stepped;

        /** How many hold its devices, while it does. */
        private int holders = 1;

        /** Whether it waits for a person or a rule, in the queue as it is. */
        private boolean isPaused;

        /** How long it was paused, in nanoseconds. */
        private long pausedFor;

        /** Up to when it backs off, in the queue as it is. */
        private long backedOff = Long.MIN_VALUE;

        /** The run that goes on from what this one saved. */
        private @Nullable Run next;

        private long saved;

        Run(Milestone.Submitted submitted, Map<String, String> inherited) {
            this.submitted = submitted;
            this.since = nanos(submitted.at());
            if (submitted.hypothesis() != null) {
                tags.put("hypothesis", submitted.hypothesis());
            }
            tags.putAll(inherited);
            tags.putAll(submitted.tags());
        }

        long begin() {
            return nanos(submitted.at());
        }

        long finish() {
            return since;
        }

        /** Its time so far, added up from its parts. */
        long residence() {
            return pausedFor + stretches.stream().mapToLong(Stretch::length).sum();
        }

        /** How long it held its devices; of those it shared, its part of the time. */
        long held() {
            return stretches.stream()
                    .filter(Stretch::isHeld)
                    .mapToLong(stretch -> stretch.length() / stretch.holders())
                    .sum();
        }

        /** The steps up to this time are worth what {@link #heir} is. */
        long saved() {
            return next == null ? Long.MIN_VALUE : saved;
        }

        /** The last of the runs that go on from one another. */
        Run heir() {
            Run heir = this;
            for (Run after = next; after != null; after = after.next) {
                heir = after;
            }
            return heir;
        }

        private void pass(long now, Phase next) {
            if (phase != Phase.QUEUE) {
                stretch(phase, now, holders);
            } else if (isPaused) {
                pausedFor += now - since;
            } else {
                stretch(Phase.REDO, Math.min(now, backedOff), 0);
                stretch(Phase.QUEUE, now, 0);
            }
            since = now;
            phase = next;
        }

        private void stretch(Phase of, long to, int by) {
            if (to > since) {
                stretches.add(new Stretch(of, since, to, by));
                since = to;
            }
        }

        private void admit(long now) {
            pass(now, Phase.START);
            holders = 1;
        }

        private void step(long now) {
            pass(now, Phase.RUN);
            stepped = now;
        }

        private void share(long now, int by) {
            pass(now, phase);
            holders = by;
        }

        private void lose(long now, long work) {
            boolean hadStepped = phase == Phase.RUN;
            pass(now, Phase.QUEUE);
            if (hadStepped) {
                redo(Math.max(stepped, now - work));
            }
        }

        /** The steps from a time on were lost, with however many it shared its devices then. */
        private void redo(long from) {
            for (int i = stretches.size() - 1; i >= 0 && stretches.get(i).to() > from; i--) {
                Stretch lost = stretches.get(i);
                stretches.set(i, lost.as(Phase.REDO, Math.max(from, lost.from()), lost.to()));
                if (lost.from() < from) {
                    stretches.add(i, lost.as(lost.phase(), lost.from(), from));
                }
            }
        }

        private void pause(long now, boolean paused) {
            pass(now, Phase.QUEUE);
            isPaused = paused;
        }

        private void backOff(long now, long until) {
            pass(now, Phase.QUEUE);
            backedOff = until;
        }

        private void continued(Run by, long until) {
            next = by;
            saved = until;
        }
    }

    static final class Hypothesis {
        final Milestone.Registered registered;
        final List<Run> runs = new ArrayList<>();
        final List<Verdict> verdicts = new ArrayList<>();
        final Map<String, String> tags = new HashMap<>();

        Hypothesis(Milestone.Registered registered) {
            this.registered = registered;
            tags.put("hypothesis", registered.hypothesis());
            tags.putAll(registered.tags());
        }

        long begin() {
            return nanos(registered.at());
        }
    }

    final SequencedMap<String, Hypothesis> hypotheses = new LinkedHashMap<>();
    final SequencedMap<String, Run> runs = new LinkedHashMap<>();

    /** The time of the last event. */
    private long now = Long.MIN_VALUE;

    private History() {}

    /**
     * @param until the time up to which what has not ended lasts, if after the last event
     */
    static History of(List<Milestone> events, Instant until) {
        History history = new History();
        for (Milestone event : events) {
            history.add(event);
        }
        history.now = Math.max(history.now, nanos(until));
        for (Run run : history.runs.values()) {
            if (run.end == null) {
                run.pass(history.now, run.phase);
            }
        }
        return history;
    }

    long now() {
        return now;
    }

    static long nanos(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    }

    private void add(Milestone event) {
        long at = nanos(event.at());
        if (at < now) {
            throw new IllegalArgumentException(
                    "expected events in the order of time, found one before the last: " + event);
        }
        now = at;
        switch (event) {
            case Milestone.Registered e -> {
                if (hypotheses.putIfAbsent(e.hypothesis(), new Hypothesis(e)) != null) {
                    throw unexpected("every hypothesis to be registered once", e);
                }
            }
            case Milestone.Submitted e -> {
                Hypothesis hypothesis =
                        e.hypothesis() == null ? null : hypothesis(e.hypothesis(), e);
                Run run = new Run(e, hypothesis == null ? Map.of() : hypothesis.registered.tags());
                if (runs.putIfAbsent(e.run(), run) != null) {
                    throw unexpected("every run to be submitted once", e);
                }
                if (hypothesis != null) {
                    hypothesis.runs.add(run);
                }
            }
            case Milestone.Admitted e -> run(e.run(), e, Phase.QUEUE).admit(at);
            case Milestone.FirstStep e -> run(e.run(), e, Phase.START).step(at);
            case Milestone.Shared e ->
                    run(e.run(), e, Phase.START, Phase.RUN).share(at, e.holders());
            case Milestone.Lost e -> {
                Run run = run(e.run(), e, Phase.START, Phase.RUN);
                run.lose(at, e.work().toNanos());
            }
            case Milestone.BackedOff e ->
                    run(e.run(), e, Phase.QUEUE).backOff(at, nanos(e.until()));
            case Milestone.Paused e -> run(e.run(), e, Phase.QUEUE).pause(at, true);
            case Milestone.Resumed e -> run(e.run(), e, Phase.QUEUE).pause(at, false);
            case Milestone.Continued e -> {
                Run of = runs.get(e.of());
                Run run = runs.get(e.run());
                if (of == null || of.end == null || run == null) {
                    throw unexpected("a run that goes on from one that ended", e);
                }
                of.continued(run, nanos(e.saved()));
            }
            case Milestone.Ended e -> {
                Run run = run(e.run(), e, Phase.QUEUE, Phase.START, Phase.RUN);
                run.pass(at, run.phase);
                run.end = e.end();
            }
            case Milestone.Decided e ->
                    hypothesis(e.hypothesis(), e).verdicts.add(new Verdict(at, e.outcome()));
        }
    }

    private Hypothesis hypothesis(String name, Milestone event) {
        Hypothesis hypothesis = hypotheses.get(name);
        if (hypothesis == null) {
            throw unexpected("the hypothesis to be registered before", event);
        }
        return hypothesis;
    }

    private Run run(String name, Milestone event, Phase... phases) {
        Run run = runs.get(name);
        if (run == null) {
            throw unexpected("the run to be submitted before", event);
        }
        if (run.end != null || !List.of(phases).contains(run.phase)) {
            String phase = run.end != null ? "ended" : "in the phase " + run.phase;
            throw unexpected(
                    "a run in one of the phases %s".formatted(List.of(phases)), event, phase);
        }
        return run;
    }

    private static IllegalArgumentException unexpected(String expected, Milestone event) {
        return new IllegalArgumentException("expected " + expected + ", found " + event);
    }

    private static IllegalArgumentException unexpected(
            String expected, Milestone event, String phase) {
        return new IllegalArgumentException(
                "expected " + expected + ", found one that is " + phase + " at " + event);
    }
}
