package dev.retort.experiment.lab;

import dev.retort.experiment.Decision;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.store.EventStore;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that was done without a person, or only advised.
 *
 * @param at when
 * @param done whether it was done; else it was advised
 * @param decision what, to which run, why and by which rule
 */
public record AutomaticAct(Instant at, boolean done, Decision decision) {
    /**
     * All that is in the log of a store, the oldest first, but that runs had their turn.
     *
     * @param store the store
     */
    public static List<AutomaticAct> of(EventStore store) {
        List<AutomaticAct> acts = new ArrayList<>();
        store.forEachEvent(
                recorded -> {
                    Instant at = Instant.ofEpochMilli(recorded.wallMillis());
                    if (recorded.event() instanceof DecisionMade(Decision made)
                            && made.kind() != Decision.Kind.ADMIT) {
                        acts.add(new AutomaticAct(at, true, made));
                    } else if (recorded.event() instanceof DecisionAdvised(Decision advised)) {
                        acts.add(new AutomaticAct(at, false, advised));
                    }
                });
        return acts;
    }
}
