package dev.retort.experiment.lab;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.schedule.LostLeases;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Velocity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The log of a store as {@link Velocity} reads it. A run is submitted when it is planned, makes its
 * first step when its task says so, or when its attempt is launched if it never does, and loses
 * what it did since its last checkpoint when an attempt ends and the run does not. What is tried
 * again after its end is another run, which goes on from what the one before it saved. An attempt
 * holds its devices for as long as is charged for it: that of a scheduler that is gone up to the
 * last sign of life, whenever another one takes it over, so that what it lost is at least what is
 * told here, and less than the truth by no more than is between two signs of life. Those of one
 * scheduler that have a device at the same time share it. Times are those of the wall clock, where
 * one that was set back stands still until it has caught up. Runs that were imported are left out,
 * since nothing was done for them here.
 *
 * <p>Tags of runs are {@code team}, {@code user}, {@code experiment}, {@code arm}, {@code
 * hypothesis}, {@code device} (the host and the devices of the last attempt) and those of their
 * experiment; tags of hypotheses are {@code team} and {@code hypothesis}. A run without devices
 * counts its cores as devices.
 */
public final class VelocityLog {
    private final Map<String, String> devices;
    private final List<Milestone> events = new ArrayList<>();
    private final LabState state = new LabState();
    private final DeviceStays stays = new DeviceStays();

    /** The attempts that have not ended, by run. */
    private final Map<String, Held> held = new HashMap<>();

    /** The lives of runs that were tried again after they had ended, by run. */
    private final Map<String, Integer> lives = new HashMap<>();

    /** When runs saved last, by life. */
    private final Map<String, Instant> saved = new HashMap<>();

    /** The lives that go on from what the one before them saved. */
    private final Map<String, Milestone.Continued> continued = new LinkedHashMap<>();

    private final Set<String> paused = new HashSet<>();

    private Instant now = Instant.EPOCH;
    private long lostBatch;

    /** An attempt that holds devices. */
    private static final class Held {
        private final Instant from;
        private final RunAdmitted admission;

        /** When its work was last brought to disk, or {@code null} before its first step. */
        private @Nullable Instant saved;

        /** Where among the events its first step is as long as it may come later, or -1. */
        private int firstStep = -1;

        Held(Instant from, RunAdmitted admission) {
            this.from = from;
            this.admission = admission;
        }

        /** It was at work at its last step to disk, whatever the sign of life before that says. */
        Instant until(Instant end) {
            Instant least = saved == null ? from : saved;
            return end.isBefore(least) ? least : end;
        }

        Duration unsaved(Instant end) {
            return saved == null ? Duration.ZERO : Duration.between(saved, end);
        }
    }

    private VelocityLog(Map<String, String> devices) {
        this.devices = devices;
    }

    /**
     * Reads a store.
     *
     * @param store the store
     * @return its events, the oldest first
     */
    public static List<Milestone> of(EventStore store) {
        VelocityLog log = new VelocityLog(store.read(VelocityLog::devices));
        store.forEachEvent(log::add);
        log.releaseHeldByNobody(store);
        log.held.values().forEach(attempt -> log.stay(attempt, Instant.MAX));
        log.events.addAll(log.continued.values());
        log.events.addAll(log.stays.shared());
        // Devices are free before it is found out that they are.
        log.events.sort(Comparator.comparing(Milestone::at));
        return List.copyOf(log.events);
    }

    private static Map<String, String> devices(LabState state) {
        Map<String, String> found = new HashMap<>();
        for (RunView view : state.runs()) {
            view.lastAttempt().ifPresent(last -> found.put(view.run().id(), device(last)));
        }
        return found;
    }

    private static String device(Attempt attempt) {
        return attempt.devices().isEmpty()
                ? attempt.host() + " CPU"
                : attempt.host() + " " + attempt.devices();
    }

    private void add(RecordedEvent recorded) {
        Instant at = Instant.ofEpochMilli(recorded.wallMillis());
        now = at.isAfter(now) ? at : now;
        state.apply(recorded);
        if (isImported(recorded.event())) {
            return;
        }
        switch (recorded.event()) {
            case HypothesisRegistered event ->
                    events.add(
                            new Milestone.Registered(
                                    now,
                                    event.hypothesis().id(),
                                    Map.of("team", event.hypothesis().team())));
            case RunPlanned event -> submit(event.run().id());
            case RunReopened event -> {
                paused.remove(event.run());
                lives.merge(event.run(), 1, Integer::sum);
                submit(event.run());
            }
            case RunAdmitted event -> {
                held.put(event.run(), new Held(now, event));
                events.add(new Milestone.Admitted(now, life(event.run())));
            }
            case RunQueued event -> queue(event);
            case RunPaused event -> {
                paused.add(event.run());
                events.add(new Milestone.Paused(now, life(event.run())));
            }
            case AttemptStarted event -> {
                Held attempt = held(event.run());
                attempt.saved = now;
                attempt.firstStep = events.size();
                events.add(new Milestone.FirstStep(now, life(event.run())));
                goOn(event.run());
            }
            case AttemptStepped event -> {
                // And not when it was launched, which is all that is known before.
                Held attempt = held(event.run());
                if (attempt.firstStep >= 0) {
                    attempt.saved = now;
                    events.set(attempt.firstStep, new Milestone.FirstStep(now, life(event.run())));
                    attempt.firstStep = -1;
                }
            }
            case CheckpointCommitted event -> {
                held(event.run()).saved = now;
                saved.put(life(event.run()), now);
            }
            case AttemptEnded event -> {
                if (state.run(event.run()).orElseThrow().checkpoint() == null) {
                    // What it was to go on from cannot be used: it begins anew.
                    continued.remove(life(event.run()));
                }
                Instant end = held(event.run()).from.plusMillis(event.elapsedMillis());
                release(event.run(), end.isAfter(now) ? now : end);
                lostBatch = recorded.batch();
            }
            case RunEnded event -> end(event, recorded.batch());
            case VerdictReached event ->
                    events.add(
                            new Milestone.Decided(
                                    now, event.verdict().hypothesis(), event.verdict().outcome()));
            default -> {}
        }
    }

    private void queue(RunQueued event) {
        String life = life(event.run());
        Instant until = Instant.ofEpochMilli(event.notBeforeMillis());
        if (paused.remove(event.run())) {
            events.add(new Milestone.Resumed(now, life));
        } else if (until.isAfter(now)) {
            events.add(new Milestone.BackedOff(now, life, until));
        }
    }

    /** An attempt began, perhaps from what the life before this one saved. */
    private void goOn(String run) {
        Integer life = lives.get(run);
        if (life != null && state.run(run).orElseThrow().checkpoint() != null) {
            String before = life(run, life - 1);
            Instant last = saved.getOrDefault(before, Instant.EPOCH);
            continued.putIfAbsent(life(run), new Milestone.Continued(now, life(run), before, last));
        }
    }

    private boolean isImported(Event event) {
        String run =
                switch (event) {
                    case RunPlanned planned -> planned.run().id();
                    case RunAdmitted admitted -> admitted.run();
                    case AttemptEnded ended -> ended.run();
                    case RunEnded ended -> ended.run();
                    default -> null;
                };
        return run != null
                && state.experimentOf(state.run(run).orElseThrow())
                        .tags()
                        .containsKey(Experiment.IMPORTED);
    }

    private Held held(String run) {
        return Objects.requireNonNull(held.get(run));
    }

    private void release(String run, Instant end) {
        Held attempt = held(run);
        held.remove(run);
        Instant until = attempt.until(end);
        stay(attempt, until);
        events.add(new Milestone.Lost(until, life(run), attempt.unsaved(until)));
    }

    private void stay(Held attempt, Instant until) {
        RunAdmitted admission = attempt.admission;
        stays.add(
                life(admission.run()),
                admission.scheduler(),
                admission.devices(),
                attempt.from,
                until);
    }

    /** What attempts hold whose scheduler is gone, and that none has taken over yet. */
    private void releaseHeldByNobody(EventStore store) {
        LostLeases lost = LostLeases.of(store);
        for (String run : List.copyOf(held.keySet())) {
            Attempt open = state.run(run).flatMap(RunView::openAttempt).orElseThrow();
            lost.heldMillis(open)
                    .ifPresent(millis -> release(run, held(run).from.plusMillis(millis)));
        }
    }

    private void submit(String run) {
        RunView view = state.run(run).orElseThrow();
        Experiment experiment = state.experimentOf(view);
        Map<String, String> tags = new HashMap<>(experiment.tags());
        tags.put("team", experiment.team());
        tags.put("user", experiment.user());
        tags.put("experiment", experiment.id());
        tags.put("arm", view.run().arm());
        tags.put("device", devices.getOrDefault(run, "none yet"));
        events.add(
                new Milestone.Submitted(
                        now,
                        life(run),
                        hypothesis(experiment, view.run().arm()),
                        experiment.resources().charged(),
                        experiment.priority(),
                        tags));
    }

    /** The hypothesis that an arm is for: of several, the one that claims it is better. */
    private @Nullable String hypothesis(Experiment experiment, String arm) {
        for (String id : experiment.hypotheses()) {
            AnalysisPlan plan = state.hypothesis(id).orElseThrow().plan();
            if (plan != null && plan.treatment().equals(arm)) {
                return id;
            }
        }
        return experiment.hypothesis();
    }

    /** The name of what is one run here: each time it is tried again after its end is another. */
    private String life(String run) {
        return life(run, lives.getOrDefault(run, 0));
    }

    private static String life(String run, int number) {
        return number == 0 ? run : run + " again " + number;
    }

    private void end(RunEnded event, long batch) {
        if (batch == lostBatch
                && events.getLast() instanceof Milestone.Lost lost
                && lost.run().equals(life(event.run()))) {
            // A run that ends with its attempt loses nothing.
            events.removeLast();
            if (lost.at().isBefore(now)) {
                events.add(new Milestone.Lost(lost.at(), lost.run(), Duration.ZERO));
            }
        }
        events.add(new Milestone.Ended(now, life(event.run()), end(event.state())));
    }

    private static Milestone.End end(RunState state) {
        return switch (state) {
            case SUCCEEDED -> Milestone.End.SUCCEEDED;
            case PRUNED -> Milestone.End.PRUNED;
            case INFEASIBLE -> Milestone.End.INFEASIBLE;
            case FAILED -> Milestone.End.FAILED;
            case CANCELLED -> Milestone.End.CANCELLED;
            case REUSED -> Milestone.End.DUPLICATE;
            case PLANNED, QUEUED, ADMITTED, RUNNING, PAUSED ->
                    throw new IllegalArgumentException("a run ended in " + state);
        };
    }
}
