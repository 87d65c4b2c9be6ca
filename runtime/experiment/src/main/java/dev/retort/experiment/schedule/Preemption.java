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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes room for a run of higher priority: attempts of the same team and of a lower one are asked
 * to stop at a checkpoint, those of the lowest priority and then the youngest first, and no more of
 * them than it takes. They are queued again. Used by the thread of the loop.
 */
final class Preemption {
    private static final String POLICY = "preempt/1";

    private final SchedulerLoop loop;
    private final EventStore store;
    private final Automation automation;

    /** The waiting runs for which it was advised to make room, so that it is said once. */
    private final Set<String> advised = new HashSet<>();

    Preemption(SchedulerLoop loop, EventStore store, Automation automation) {
        this.loop = loop;
        this.store = store;
        this.automation = automation;
    }

    /**
     * Asks for room.
     *
     * @param firsts who waits and finds no room, by priority
     * @param free what is free
     * @param admissible whether a run would be admitted if there were room
     */
    void makeRoom(List<Waiting> firsts, Room free, Predicate<String> admissible) {
        if (loop.running().stream().anyMatch(attempt -> attempt.preempting)) {
            // Who was asked makes room first.
            return;
        }
        for (Waiting waiting : firsts) {
            List<Running> victims = victims(waiting, free);
            if (!victims.isEmpty() && admissible.test(waiting.run())) {
                victims.forEach(victim -> preempt(victim, waiting));
                return;
            }
        }
    }

    /** Those that make enough room, or none. */
    private List<Running> victims(Waiting waiting, Room free) {
        List<Running> lower =
                loop.running().stream()
                        .filter(attempt -> attempt.waiting.team().equals(waiting.team()))
                        .filter(attempt -> attempt.waiting.priority() < waiting.priority())
                        .filter(attempt -> attempt.launched != null && !attempt.stopping)
                        .sorted(
                                Comparator.comparingInt(
                                                (Running attempt) -> attempt.waiting.priority())
                                        .thenComparing(
                                                Comparator.comparingLong(
                                                                (Running attempt) ->
                                                                        attempt.beganNanos)
                                                        .reversed())
                                        .thenComparing(attempt -> attempt.waiting.run()))
                        .toList();
        List<Running> victims = new ArrayList<>();
        Room room = free;
        for (Running attempt : lower) {
            if (room.fits(waiting.resources())) {
                break;
            }
            Resources held = attempt.waiting.resources();
            room = new Room(room.cores() + held.cores(), room.devices() + held.devices());
            victims.add(attempt);
        }
        return room.fits(waiting.resources()) ? victims : List.of();
    }

    private void preempt(Running victim, Waiting waiting) {
        String run = victim.waiting.run();
        String reason =
                "run "
                        + waiting.run()
                        + " has priority "
                        + waiting.priority()
                        + ", this one "
                        + victim.waiting.priority();
        Decision decision =
                new Decision(
                        Decision.Kind.PREEMPT,
                        run,
                        reason,
                        POLICY,
                        Json.sha256(
                                List.of(
                                        waiting.run(),
                                        waiting.priority(),
                                        run,
                                        victim.waiting.priority())));
        boolean may =
                store.read(
                        state ->
                                automation.may(
                                        state, victim.experiment.id(), Decision.Kind.PREEMPT));
        List<Event> events = new ArrayList<>();
        if (may) {
            victim.preempting = true;
            events.add(new DecisionMade(decision));
            events.add(new StopRequested(run, StopKind.PREEMPT, reason));
        } else if (advised.add(waiting.run() + " " + run)) {
            events.add(new DecisionAdvised(decision));
        }
        if (!events.isEmpty()) {
            loop.append(
                    events,
                    (_, error) -> {
                        victim.preempting = error == null && may;
                        SchedulerLoop.logUnlessRefused(error);
                    });
        }
    }
}
