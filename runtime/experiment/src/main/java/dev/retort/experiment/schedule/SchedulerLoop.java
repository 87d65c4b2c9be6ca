package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.schedule.Admission.Ruling;
import dev.retort.experiment.share.FairShare;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.store.Receipt;
import dev.retort.experiment.store.StoreException;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a scheduler does, one action after the other, by the thread of its {@link Time}. */
final class SchedulerLoop implements Admission.OpenAttempts {
    private static final Logger LOG = System.getLogger(SchedulerLoop.class.getName());
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    /** One to stop, one to be killed, one to be recorded. */
    private static final int GRACES = 3;

    private final EventStore store;
    private final Time time;
    private final Attempts attempts;
    private final Admission admission;
    private final FairShare share;
    private final Slots slots;
    private final TakeOver takeOver;
    private final Outbox outbox;
    private final SearchDriver searches;
    private final Preemption preemption;
    private final Packer packer;
    private final Ears ears;
    private final Consumer<List<RecordedEvent>> listener = this::hear;
    private final WaitingRuns waiting;
    private final Map<String, Running> running = new HashMap<>();
    private final List<CompletableFuture<Void>> idle = new ArrayList<>();
    private final Duration tick;
    private final Duration stopGrace;
    private final String id;
    private final String host = HostProcess.host();
    private final String process = HostProcess.process();
    private @Nullable CompletableFuture<Void> closing;
    private long beat;

    SchedulerLoop(
            EventStore store,
            SchedulerOptions options,
            Launcher launcher,
            Time time,
            Machine machine) {
        this.store = store;
        this.time = time;
        this.id = HostProcess.hostName() + "-" + UUID.randomUUID();
        this.waiting = new WaitingRuns(store, options, time, this::dispatch);
        this.admission = new Admission(options);
        this.stopGrace = options.stopGrace();
        this.share =
                new FairShare(options.shares(), team -> store.read(state -> state.usedBy(team)));
        this.slots = new Slots(options.capacity(), machine);
        Duration quarter = options.lease().dividedBy(4);
        this.tick = quarter.compareTo(LONGEST_TICK) < 0 ? quarter : LONGEST_TICK;
        LeaseWatch leases = new LeaseWatch(id, host, options.lease(), tick, HostProcess::isAlive);
        Acts acts = new Acts(options.automation());
        this.outbox = new Outbox(store, id, acts, time, this::tellIdle);
        this.takeOver = new TakeOver(this, outbox, store, options, leases, acts, time, machine);
        Searches decisions = new Searches(acts);
        this.searches = new SearchDriver(this, outbox, store, decisions, time, options.whose());
        this.packer = new Packer(this, outbox, store, options.capacity(), acts, time);
        this.preemption = new Preemption(this, outbox, store, waiting, acts);
        this.attempts = new Attempts(this, outbox, store, options, launcher, decisions, acts, time);
        this.ears = new Ears(this, waiting, attempts);
    }

    String id() {
        return id;
    }

    /** Before the first run is admitted there is a sign of life. */
    void begin() {
        store.beat(signOfLife());
        store.refresh();
        // The first action reads what was queued before this.
        store.addListener(listener);
        time.execute(
                () -> {
                    waiting.begin();
                    searches.begin();
                    tick();
                });
    }

    private Heartbeat signOfLife() {
        return new Heartbeat(id, host, process, ++beat, time.now().toEpochMilli(), time.nanos());
    }

    private void hear(List<RecordedEvent> events) {
        time.execute(() -> observe(events));
    }

    /** Gives a sign of life, looks for what others did, and for others that are gone. */
    private void tick() {
        try {
            store.beat(signOfLife());
            store.refresh();
            if (closing == null) {
                takeOver.run();
            }
            slots.look();
            dispatch();
            outbox.outage().worked();
        } catch (StoreException e) {
            outbox.outage().failed(e);
        } catch (IllegalStateException e) {
            LOG.log(Logger.Level.WARNING, "scheduler {0}: {1}", id, e.getMessage());
        } finally {
            // While it closes too: its attempts hold their leases until they have stopped.
            if (closing == null || !closing.isDone()) {
                time.after(tick, this::tick);
            }
        }
    }

    private void observe(List<RecordedEvent> events) {
        ears.of(events).forEach(searches::step);
        dispatch();
    }

    /** Takes in a run that is queued, unless an attempt of it is still being ended. */
    void enqueue(String run) {
        if (!running.containsKey(run)) {
            waiting.add(run);
        }
    }

    /** Admits as long as there is room for something that waits. */
    void dispatch() {
        Instant now = time.now();
        while (closing == null && !slots.isFull()) {
            Waiting next = waiting.poll(share, slots.free(), now, this::findsRoomBesideOthers);
            if (next == null) {
                break;
            }
            follow(next, store.read(state -> admission.rule(state, next.run(), now, this)));
        }
        if (closing == null) {
            preemption.makeRoom(slots.free(), next -> isAdmissible(next, now));
        }
        waiting.wake(now);
        tellIdle();
    }

    /** While a device is free, it may be kept for another; then nobody comes to those in use. */
    private boolean findsRoomBesideOthers(Waiting next) {
        return slots.free().devices() == 0 && packer.placeFor(next).isPresent();
    }

    /** What keeps a run from being admitted, other than room, has its effect now. */
    private boolean isAdmissible(Waiting next, Instant now) {
        Ruling ruling = store.read(state -> admission.rule(state, next.run(), now, this));
        if (ruling instanceof Ruling.Admit) {
            return true;
        }
        waiting.remove(next.run());
        follow(next, ruling);
        return false;
    }

    private void follow(Waiting next, Ruling ruling) {
        switch (ruling) {
            case Ruling.Gone() -> {}
            case Ruling.Hold hold -> waiting.hold(next.run(), hold);
            case Ruling.Settle(List<Event> events) ->
                    outbox.append(
                            events,
                            (_, error) -> {
                                if (error instanceof StoreException) {
                                    time.after(LONGEST_TICK, () -> enqueueAndDispatch(next.run()));
                                }
                            });
            case Ruling.Admit admit -> admit(next, admit);
        }
    }

    private void enqueueAndDispatch(String run) {
        enqueue(run);
        dispatch();
    }

    /** Of two that do the same work, the store refuses the second. */
    private void admit(Waiting next, Ruling.Admit ruling) {
        RunView view = store.read(state -> state.run(next.run()).orElseThrow());
        Experiment experiment = store.read(state -> state.experimentOf(view));
        List<Event> events = new ArrayList<>(ruling.before());
        List<Integer> devices = room(next, events);
        if (devices == null) {
            waiting.putBack(next);
            return;
        }
        Running attempt = new Running(next, experiment, devices, time.nanos());
        running.put(next.run(), attempt);
        packer.changed(devices);
        events.add(Reasons.admission(next, share.held(next.team())));
        share.taken(next.team(), next.resources().charged());
        events.add(
                new RunAdmitted(
                        next.run(),
                        view.attempts().size() + 1,
                        id,
                        HostProcess.hostName(),
                        devices,
                        ruling.again()));
        outbox.append(events, (receipt, error) -> admitted(attempt, receipt, error));
    }

    /** Takes a device of its own if there is one, else one beside others, which is recorded. */
    private @Nullable List<Integer> room(Waiting next, List<Event> events) {
        if (slots.free().fits(next.resources())) {
            return slots.take(next.resources());
        }
        Packer.Place place = packer.placeFor(next).orElse(null);
        if (place == null) {
            return null;
        }
        events.addAll(place.events());
        return slots.join(next.resources(), place.device());
    }

    Packer packer() {
        return packer;
    }

    private void admitted(Running attempt, @Nullable Receipt receipt, @Nullable Throwable error) {
        String run = attempt.waiting.run();
        if (receipt == null) {
            running.remove(run, attempt);
            release(attempt);
            waiting.spent(run);
            if (error instanceof StoreException) {
                time.after(LONGEST_TICK, () -> enqueueAndDispatch(run));
            } else {
                enqueue(run);
            }
            dispatch();
            return;
        }
        attempt.token = receipt.lastSeq();
        attempts.launch(attempt);
    }

    /**
     * Gives back what an attempt held, before its end is on disk: what goes next is recorded after
     * it, and with it, so that a slot is empty for one flush and not for two.
     */
    void makeRoom(Running attempt) {
        release(attempt);
        dispatch();
    }

    private void release(Running attempt) {
        if (attempt.released) {
            return;
        }
        attempt.released = true;
        Waiting held = attempt.waiting;
        slots.giveBack(held.resources(), attempt.devices);
        packer.changed(attempt.devices);
        share.returned(held.team(), held.resources().charged());
    }

    /** After what followed an attempt is on disk, or is none of this scheduler's business. */
    void forget(Running attempt) {
        if (running.remove(attempt.waiting.run(), attempt)) {
            release(attempt);
            enqueue(attempt.waiting.run());
        }
        dispatch();
    }

    /** The attempt of a run that is here, if there is one. */
    Optional<Running> running(String run) {
        return Optional.ofNullable(running.get(run));
    }

    /** Whether a run has an attempt here, or is being given one. */
    boolean isRunning(String run) {
        return running.containsKey(run);
    }

    /** The attempts of this scheduler. */
    Collection<Running> running() {
        return Collections.unmodifiableCollection(running.values());
    }

    boolean isClosing() {
        return closing != null;
    }

    void whenIdle(CompletableFuture<Void> future) {
        idle.add(future);
        tellIdle();
    }

    private void tellIdle() {
        CompletableFuture<Void> closed = closing;
        if (closed != null && running.isEmpty() && outbox.isEmpty()) {
            store.removeListener(listener);
            closed.complete(null);
        }
        if (!idle.isEmpty()
                && outbox.isEmpty()
                && running.isEmpty()
                && !searches.isStepping()
                && waiting.isIdle()) {
            idle.forEach(future -> future.complete(null));
            idle.clear();
        }
    }

    void close(CompletableFuture<Void> closed) {
        closing = closed;
        running.values().forEach(attempts::stop);
        time.after(stopGrace.multipliedBy(GRACES), () -> leave(closed));
        tellIdle();
    }

    /** What was killed and did not end is waited for no longer. */
    private void leave(CompletableFuture<Void> closed) {
        if (!closed.isDone()) {
            LOG.log(
                    Logger.Level.WARNING,
                    "scheduler {0} is closed and leaves attempts that do not end: {1}",
                    id,
                    leases());
            store.removeListener(listener);
            closed.complete(null);
        }
    }

    /** The runs whose lease it holds. Safe for use by several threads. */
    Set<String> leases() {
        return store.read(state -> Set.copyOf(state.leasedBy(id)));
    }

    String why(String run) {
        RunView view =
                store.read(state -> state.run(run))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "run " + run + " does not exist"));
        String hold = waiting.holdOf(run);
        String free = slots + " are free, and " + waiting.size();
        Experiment experiment = store.read(state -> state.experimentOf(view));
        return "run "
                + run
                + (hold != null
                        ? " is held: " + hold
                        : Reasons.of(view, experiment, time.now(), free));
    }

    @Override
    public Map<String, Double> hours(LabState state, Predicate<Experiment> of) {
        long now = time.nanos();
        return running.values().stream()
                .filter(attempt -> of.test(attempt.experiment))
                // What ended is part of the state already.
                .filter(attempt -> attempt.token == 0 || attempt.isOpenIn(state))
                .collect(
                        Collectors.toMap(
                                attempt -> attempt.waiting.run(),
                                attempt -> attempt.chargedHours(now)));
    }
}
