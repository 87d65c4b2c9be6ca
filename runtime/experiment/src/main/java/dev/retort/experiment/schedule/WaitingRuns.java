package dev.retort.experiment.schedule;

import dev.retort.experiment.RunState;
import dev.retort.experiment.schedule.Admission.Ruling;
import dev.retort.experiment.share.FairShare;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** The runs that wait for a scheduler: for room, for time to pass, or for something to happen. */
final class WaitingRuns {
    private final EventStore store;
    private final SchedulerOptions options;
    private final Time time;
    private final Runnable dispatch;
    private final ReadyQueue ready;
    private final Map<String, Ruling.Hold> held = new HashMap<>();

    /** The runs that are held for another run or for a budget, by that. */
    private final Map<String, Set<String>> awaiting = new HashMap<>();

    /** The order in which runs came first: one that was interrupted keeps its place. */
    private final Map<String, Long> places = new HashMap<>();

    private long wakeMillis = Long.MAX_VALUE;

    WaitingRuns(EventStore store, SchedulerOptions options, Time time, Runnable dispatch) {
        this.store = store;
        this.options = options;
        this.time = time;
        this.dispatch = dispatch;
        this.ready =
                new ReadyQueue(options.capacity().room(), options.retries().longest().toMillis());
    }

    /** Takes in all that were queued before, and the places of those that are at work. */
    void begin() {
        List<Waiting> queued =
                store.read(
                        state ->
                                state.runs().stream()
                                        .filter(view -> !view.state().isFinal())
                                        .flatMap(view -> waiting(state, view, place(view)).stream())
                                        .toList());
        queued.forEach(waiting -> ready.add(waiting, time.nanos()));
    }

    private Optional<Waiting> waiting(LabState state, RunView view, long place) {
        return isTaken(state, view)
                ? Optional.of(Waiting.of(view, state.experimentOf(view), place))
                : Optional.empty();
    }

    private long place(RunView view) {
        long next = places.size();
        return places.computeIfAbsent(view.run().id(), _ -> next);
    }

    /** Whether a run is queued, and for this scheduler. */
    private boolean isTaken(LabState state, RunView view) {
        return view.state() == RunState.QUEUED && options.whose().test(state.experimentOf(view));
    }

    /** Takes in a run, if it is queued. */
    void add(String run) {
        unhold(run);
        store.read(state -> state.run(run).flatMap(view -> waiting(state, view, place(view))))
                .ifPresent(waiting -> ready.add(waiting, time.nanos()));
    }

    /** Takes in a run again that found less room than there seemed to be. */
    void putBack(Waiting next) {
        ready.add(next, time.nanos());
    }

    void remove(String run) {
        ready.remove(run);
        unhold(run);
    }

    private void unhold(String run) {
        Ruling.Hold hold = held.remove(run);
        String awaited = hold == null ? null : awaited(hold);
        Set<String> runs = awaited == null ? null : awaiting.get(awaited);
        if (awaited != null && runs != null && runs.remove(run) && runs.isEmpty()) {
            awaiting.remove(awaited);
        }
    }

    /** Whose change lets a run go on: that of a budget, if it waits for one, whoever changes it. */
    private static @Nullable String awaited(Ruling.Hold hold) {
        return hold.budget() != null ? hold.budget() : hold.awaited();
    }

    /** Has a run wait until something happens. */
    void hold(String run, Ruling.Hold hold) {
        held.put(run, hold);
        String awaited = awaited(hold);
        if (awaited != null) {
            awaiting.computeIfAbsent(awaited, _ -> new LinkedHashSet<>()).add(run);
        }
    }

    /**
     * Those that wait for a run that was queued do the work themselves, if it has not begun it or
     * is for another scheduler, which may be gone.
     */
    void queued(String run) {
        boolean goesOnHere =
                store.read(
                        state ->
                                state.run(run)
                                        .filter(view -> isTaken(state, view))
                                        .map(view -> view.checkpoint() != null)
                                        .orElse(false));
        if (!goesOnHere) {
            release(run);
        }
    }

    /** Lets those go on that waited for a run, or for a budget. */
    void release(String awaited) {
        List.copyOf(awaiting.getOrDefault(awaited, Set.of())).forEach(this::add);
    }

    /**
     * Lets those go on that waited for a budget that a run is paid from: its attempt ended, or none
     * came about, or what a run takes in the mean is another thing now.
     */
    void spent(String run) {
        store.read(state -> state.run(run).map(view -> Spending.accounts(state.experimentOf(view))))
                .ifPresent(accounts -> accounts.forEach(this::release));
    }

    /** The run that goes next into what is free; it waits no longer. */
    @Nullable Waiting poll(FairShare share, Room free, Instant now, Predicate<Waiting> shares) {
        Waiting next =
                ready.next(
                        share,
                        free,
                        now.toEpochMilli(),
                        time.nanos(),
                        options.patience().toNanos(),
                        shares);
        if (next != null) {
            ready.remove(next.run());
        }
        return next;
    }

    /** The first of each line of runs that may go and find no room, by priority. */
    List<Waiting> firsts() {
        return ready.firsts();
    }

    /** Keeps what gets free for a run until it goes, or for none. */
    void keepRoomFor(@Nullable String run) {
        ready.reserve(run);
    }

    /** Whether a run waits for room or for time to pass. */
    boolean isReady(String run) {
        return ready.contains(run);
    }

    /** Has the scheduler look again when the next back-off passes. */
    void wake(Instant now) {
        OptionalLong next = ready.nextMillis();
        if (next.isPresent() && next.getAsLong() < wakeMillis) {
            wakeMillis = next.getAsLong();
            long delay = Math.max(1, wakeMillis - now.toEpochMilli());
            time.after(
                    Duration.ofMillis(delay),
                    () -> {
                        wakeMillis = Long.MAX_VALUE;
                        dispatch.run();
                    });
        }
    }

    /** Whether all that waits waits for something that does not happen by itself. */
    boolean isIdle() {
        return ready.isEmpty() && held.values().stream().noneMatch(this::isComing);
    }

    /** Whether what a run waits for happens by itself: a run that is held or paused does not go. */
    private boolean isComing(Ruling.Hold hold) {
        String awaited = hold.awaited();
        if (awaited == null) {
            return false;
        }
        Ruling.Hold further = held.get(awaited);
        if (further != null) {
            return isComing(further);
        }
        return store.read(
                state ->
                        state.run(awaited)
                                .map(view -> view.state().isActive() || isTaken(state, view))
                                .orElse(false));
    }

    /** Why a run is held, or {@code null} if it is not. */
    @Nullable String holdOf(String run) {
        Ruling.Hold hold = held.get(run);
        return hold == null ? null : hold.reason();
    }

    int size() {
        return ready.size();
    }
}
