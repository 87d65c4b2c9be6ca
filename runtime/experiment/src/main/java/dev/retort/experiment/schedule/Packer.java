package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptMeasured;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.PackingWeighed;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.packing.Member;
import dev.retort.experiment.packing.Packing;
import dev.retort.experiment.packing.Weighing;
import dev.retort.experiment.packing.Weighing.Question;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.Use;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which runs share a device: asks {@link Packing}, and has done what it says. Runs come to a device
 * only after those that are there were measured. Used by the thread of the loop.
 */
final class Packer {
    /** How long after somebody left it a run may still run out of the memory that was shared. */
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    /** A peak that grows by less than a twentieth is told at the end. */
    private static final double TOLD = 1.05;

    private final SchedulerLoop loop;
    private final Outbox outbox;
    private final EventStore store;
    private final Capacity capacity;
    private final Acts acts;
    private final Time time;

    Packer(
            SchedulerLoop loop,
            Outbox outbox,
            EventStore store,
            Capacity capacity,
            Acts acts,
            Time time) {
        this.loop = loop;
        this.outbox = outbox;
        this.store = store;
        this.capacity = capacity;
        this.acts = acts;
        this.time = time;
    }

    /**
     * A place beside others.
     *
     * @param device the device
     * @param events what is recorded with the admission
     */
    record Place(int device, List<Event> events) {}

    /** Where a run may go that finds no free device. */
    Optional<Place> placeFor(Waiting next) {
        return next.resources().mayShare()
                ? store.read(state -> placeFor(state, next))
                : Optional.empty();
    }

    private Optional<Place> placeFor(LabState state, Waiting next) {
        RunView view = state.run(next.run()).orElse(null);
        boolean may = acts.may(state, Run.experimentOf(next.run()), Decision.Kind.PACK, 1);
        if (view == null || view.alone() != null || !may) {
            return Optional.empty();
        }
        Place best = null;
        int fewest = Integer.MAX_VALUE;
        for (int device : capacity.devices()) {
            List<Running> there = on(device);
            Long memory = capacity.factsOf(device).memoryBytes();
            if (memory == null || there.size() >= fewest || !mayCome(state, there)) {
                continue;
            }
            List<Member> members = members(state, there, view);
            members.add(state.member(view, view, null));
            Weighing weighing =
                    new Weighing(Question.JOIN, device, memory, members, state.lastSeq());
            Decision decision = Packing.decide(weighing).orElse(null);
            if (decision != null) {
                fewest = there.size();
                best =
                        new Place(
                                device,
                                List.of(new PackingWeighed(weighing), new DecisionMade(decision)));
            }
        }
        return Optional.ofNullable(best);
    }

    /** Whether all that are on a device consent, and were measured as they are. */
    private boolean mayCome(LabState state, List<Running> there) {
        boolean consent =
                !there.isEmpty()
                        && there.stream()
                                .allMatch(
                                        attempt ->
                                                attempt.waiting.resources().mayShare()
                                                        && attempt.launched != null
                                                        && !attempt.ended
                                                        && !attempt.stopping
                                                        && !attempt.unpacking
                                                        && view(state, attempt).alone() == null);
        return consent && there.stream().allMatch(attempt -> isMeasured(state, attempt, there));
    }

    /** One that says nothing of its steps is as good as measured after two windows. */
    private boolean isMeasured(LabState state, Running attempt, List<Running> there) {
        long since = time.nanos() - attempt.sharing.sinceNanos();
        boolean known =
                there.size() == 1
                        ? member(state, attempt, null).alonePace() != null
                        : attempt.judged;
        return known || since >= 2 * PaceMeter.WINDOW.toNanos();
    }

    private List<Member> members(LabState state, List<Running> there, RunView beside) {
        List<Member> members = new ArrayList<>();
        for (Running attempt : there) {
            members.add(state.member(view(state, attempt), beside, attempt.pace.stepsPerSecond()));
        }
        return members;
    }

    private static Member member(LabState state, Running attempt, @Nullable Double pace) {
        RunView view = view(state, attempt);
        return state.member(view, view, pace);
    }

    private static RunView view(LabState state, Running attempt) {
        return state.run(attempt.waiting.run()).orElseThrow();
    }

    /** The attempts on a device, in the order in which they came. */
    private List<Running> on(int device) {
        return loop.running().stream()
                .filter(attempt -> !attempt.released && attempt.devices.contains(device))
                .sorted(
                        Comparator.comparingLong((Running attempt) -> attempt.beganNanos)
                                .thenComparing(attempt -> attempt.waiting.run()))
                .toList();
    }

    /** Somebody came to devices or left them: what was measured there counts no more. */
    void changed(List<Integer> devices) {
        for (int device : devices) {
            List<Running> there = on(device);
            for (Running attempt : there) {
                attempt.sharing.with(there.size(), time.nanos());
                attempt.pace.begin();
                attempt.judged = false;
                if (there.size() > 1) {
                    attempt.beside =
                            there.stream()
                                    .filter(other -> other != attempt)
                                    .map(other -> other.waiting.run())
                                    .toList();
                }
            }
        }
    }

    /** An attempt said what it has done and held. */
    void used(Running attempt, Use use) {
        if (attempt.ended || attempt.released || attempt.devices.size() != 1) {
            return;
        }
        attempt.pace.hear(use);
        Long peak = use.peakBytes();
        boolean grown = peak != null && peak > TOLD * attempt.toldPeakBytes;
        attempt.peakBytes = peak;
        Double pace = attempt.pace.stepsPerSecond();
        List<Running> there = on(attempt.devices.getFirst());
        boolean newlyAlone = there.size() == 1 && pace != null && !attempt.judged;
        if (attempt.token != 0 && (grown || newlyAlone)) {
            attempt.judged |= newlyAlone;
            attempt.toldPeakBytes = peak == null ? 0 : peak;
            Event measured = measured(attempt, newlyAlone ? pace : null, false);
            outbox.append(List.of(measured));
        }
        if (there.size() > 1 && there.stream().noneMatch(other -> other.unpacking)) {
            judge(there);
        }
    }

    private static AttemptMeasured measured(
            Running attempt, @Nullable Double alonePace, boolean whole) {
        return new AttemptMeasured(
                attempt.waiting.run(), attempt.token, attempt.peakBytes, alonePace, whole);
    }

    /** Whether those that share a device get more done than one after the other. */
    private void judge(List<Running> there) {
        if (there.stream().anyMatch(attempt -> attempt.pace.stepsPerSecond() == null)) {
            return;
        }
        Running youngest = there.getLast();
        int device = youngest.devices.getFirst();
        Weighing weighing =
                store.read(
                        state ->
                                new Weighing(
                                        Question.PACE,
                                        device,
                                        memory(device),
                                        members(state, there, view(state, youngest)),
                                        state.lastSeq()));
        for (Running attempt : there) {
            attempt.judged = true;
            attempt.pace.begin();
        }
        Packing.decide(weighing).ifPresent(decision -> unpack(youngest, weighing, decision));
    }

    private long memory(int device) {
        Long bytes = capacity.factsOf(device).memoryBytes();
        return bytes == null ? 0 : bytes;
    }

    private void unpack(Running youngest, Weighing weighing, Decision decision) {
        String run = youngest.waiting.run();
        boolean may =
                store.read(
                        state ->
                                acts.may(state, youngest.experiment.id(), Decision.Kind.UNPACK, 1));
        youngest.unpacking = true;
        if (!may) {
            // Said once; it goes on as it is.
            outbox.append(List.of(new PackingWeighed(weighing), new DecisionAdvised(decision)));
            return;
        }
        outbox.append(
                List.of(
                        new PackingWeighed(weighing),
                        new DecisionMade(decision),
                        new StopRequested(run, StopKind.PREEMPT, decision.reason())),
                (_, error) -> {
                    if (error != null) {
                        youngest.unpacking = false;
                    }
                });
    }

    /** What an attempt that ended is known to have held and to have shared. */
    Ending ending(Running attempt, LabState state, CauseOfEnd cause) {
        boolean whole = cause == CauseOfEnd.COMPLETED;
        Event measured = attempt.peakBytes == null ? null : measured(attempt, null, whole);
        long now = time.nanos();
        boolean shared = attempt.sharing.wasShared(now, AFTERMATH.toNanos());
        Weighing weighing = shared ? weighing(attempt, state) : null;
        return new Ending(measured, weighing, attempt.sharing.chargedMillis(attempt.endedNanos));
    }

    private Weighing weighing(Running attempt, LabState state) {
        RunView view = view(state, attempt);
        List<Member> members = new ArrayList<>();
        for (String other : attempt.beside) {
            members.add(state.member(state.run(other).orElseThrow(), view, null));
        }
        members.add(state.member(view, view, null));
        int device = attempt.devices.getFirst();
        return new Weighing(
                Question.OUT_OF_MEMORY, device, memory(device), members, state.lastSeq());
    }
}
