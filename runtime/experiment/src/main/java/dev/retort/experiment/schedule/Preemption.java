package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Resources;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes room for a run of higher priority: attempts of the same team and of a lower one are asked
 * to stop at a checkpoint, those of the lowest priority and then the youngest first, and no more of
 * them than it takes. They are queued again; what they give up is kept for the run it was asked
 * for. Used by the thread of the loop.
 */
final class Preemption {
    private static final String POLICY = "preempt/1";
    private static final Comparator<Running> ORDER =
            Comparator.comparingInt((Running attempt) -> attempt.waiting.priority())
                    .thenComparing(
                            Comparator.comparingLong((Running attempt) -> attempt.beganNanos)
                                    .reversed())
                    .thenComparing(attempt -> attempt.waiting.run());

    private final SchedulerLoop loop;
    private final Outbox outbox;
    private final EventStore store;
    private final WaitingRuns waiting;
    private final Acts acts;

    /** The waiting runs for which it was advised to make room, so that it is said once. */
    private final Set<String> advised = new HashSet<>();

    Preemption(
            SchedulerLoop loop, Outbox outbox, EventStore store, WaitingRuns waiting, Acts acts) {
        this.loop = loop;
        this.outbox = outbox;
        this.store = store;
        this.waiting = waiting;
        this.acts = acts;
    }

    /**
     * Asks for room for the first run that needs it.
     *
     * @param free what is free
     * @param admissible whether a run would be admitted if there were room; one that would not is
     *     taken out of its line
     */
    void makeRoom(Room free, Predicate<Waiting> admissible) {
        if (loop.running().stream().anyMatch(attempt -> attempt.preempting)) {
            // Who was asked makes room first.
            return;
        }
        advised.removeIf(run -> !waiting.isReady(run));
        List<Waiting> firsts = waiting.firsts();
        int next = 0;
        while (next < firsts.size()) {
            Waiting first = firsts.get(next);
            List<Running> victims = victims(first, free);
            if (victims.isEmpty()) {
                next++;
            } else if (!admissible.test(first)) {
                firsts = waiting.firsts();
                next = 0;
            } else if (ask(first, victims)) {
                return;
            } else {
                next++;
            }
        }
    }

    /** Those that make enough room, or none. */
    private List<Running> victims(Waiting first, Room free) {
        Resources needed = first.resources();
        List<Running> leaving = new ArrayList<>();
        List<Running> candidates = new ArrayList<>();
        for (Running attempt : loop.running()) {
            if (attempt.ended || attempt.stopping) {
                // Its room comes by itself, if it was not given back already.
                leaving.add(attempt);
            } else if (attempt.launched != null
                    && attempt.waiting.team().equals(first.team())
                    && attempt.waiting.priority() < first.priority()) {
                candidates.add(attempt);
            }
        }
        candidates.sort(ORDER);
        List<Running> victims = new ArrayList<>();
        for (Running attempt : candidates) {
            Room room = after(free, leaving, victims);
            if (!room.fits(needed) && room.lacks(needed, attempt.waiting.resources())) {
                victims.add(attempt);
            }
        }
        return after(free, leaving, victims).fits(needed)
                ? needed(victims, needed, free, leaving)
                : List.of();
    }

    /** Spares those whose room is not needed after all, those of the highest priority first. */
    private List<Running> needed(
            List<Running> victims, Resources needed, Room free, List<Running> leaving) {
        List<Running> kept = new ArrayList<>(victims);
        for (Running victim : victims.reversed()) {
            kept.remove(victim);
            if (!after(free, leaving, kept).fits(needed)) {
                kept.add(victim);
            }
        }
        kept.sort(ORDER);
        return kept;
    }

    /** The room once attempts have left; a device that others share is free after the last one. */
    private Room after(Room free, List<Running> leaving, List<Running> victims) {
        Set<Running> gone = new HashSet<>(leaving);
        gone.addAll(victims);
        int cores = free.cores();
        Set<Integer> devices = new HashSet<>();
        Set<Integer> kept = new HashSet<>();
        for (Running attempt : loop.running()) {
            if (attempt.released) {
                continue;
            }
            if (gone.contains(attempt)) {
                cores += attempt.waiting.resources().cores();
                devices.addAll(attempt.devices);
            } else {
                kept.addAll(attempt.devices);
            }
        }
        devices.removeAll(kept);
        return new Room(cores, free.devices() + devices.size());
    }

    /** Returns whether they were asked, and not only advised to be. */
    private boolean ask(Waiting first, List<Running> victims) {
        Map<String, Integer> counts =
                victims.stream()
                        .collect(
                                Collectors.toMap(
                                        victim -> victim.experiment.id(), _ -> 1, Integer::sum));
        boolean may =
                store.read(
                        state ->
                                counts.entrySet().stream()
                                        .allMatch(
                                                count ->
                                                        acts.may(
                                                                state,
                                                                count.getKey(),
                                                                Decision.Kind.PREEMPT,
                                                                count.getValue())));
        List<Event> events = new ArrayList<>();
        for (Running victim : victims) {
            Decision decision = decision(first, victim);
            if (may) {
                events.add(new DecisionMade(decision));
                events.add(new StopRequested(decision.run(), StopKind.PREEMPT, decision.reason()));
            } else {
                events.add(new DecisionAdvised(decision));
            }
        }
        if (may) {
            victims.forEach(victim -> victim.preempting = true);
            waiting.keepRoomFor(first.run());
            outbox.append(events, (_, error) -> asked(victims, error));
        } else if (advised.add(first.run())) {
            outbox.append(events);
        }
        return may;
    }

    /** All of them were asked, or none: one that ended meanwhile makes room by that. */
    private void asked(List<Running> victims, @Nullable Throwable error) {
        if (error != null) {
            victims.forEach(victim -> victim.preempting = false);
            waiting.keepRoomFor(null);
        }
    }

    private static Decision decision(Waiting first, Running victim) {
        String run = victim.waiting.run();
        int priority = victim.waiting.priority();
        return new Decision(
                Decision.Kind.PREEMPT,
                run,
                "run "
                        + first.run()
                        + " has priority "
                        + first.priority()
                        + ", this one "
                        + priority,
                POLICY,
                Json.sha256(List.of(first.run(), first.priority(), run, priority)));
    }
}
