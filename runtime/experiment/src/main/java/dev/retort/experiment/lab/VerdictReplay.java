package dev.retort.experiment.lab;

import dev.retort.experiment.VerdictBasis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes verdicts once more from the log: each is judged by what was known then, and has to come out
 * as it was recorded, bit for bit.
 */
public final class VerdictReplay {
    private VerdictReplay() {}

    /** A verdict with the number of its event. */
    private record Recorded(long seq, VerdictReference verdict) {}

    /**
     * Replays all verdicts of a store.
     *
     * @param store where they are
     * @return how many were made again, and what came out differently. A verdict of a version that
     *     did not record what it follows from cannot be made again, which counts as a difference
     */
    public static Replayed of(EventStore store) {
        Map<Long, List<Recorded>> due = new HashMap<>();
        List<String> differences = new ArrayList<>();
        store.forEachEvent(recorded -> collect(recorded, due, differences));
        LabState state = new LabState();
        store.forEachEvent(
                recorded -> {
                    state.apply(recorded);
                    due.getOrDefault(recorded.seq(), List.of())
                            .forEach(each -> compare(state, each, differences));
                });
        return new Replayed(due.values().stream().mapToInt(List::size).sum(), differences);
    }

    private static void collect(
            RecordedEvent recorded, Map<Long, List<Recorded>> due, List<String> differences) {
        if (recorded.event() instanceof VerdictReached(VerdictReference verdict)) {
            VerdictBasis basis = verdict.basis();
            if (basis == null) {
                differences.add(
                        "event "
                                + recorded.seq()
                                + " is a verdict on "
                                + verdict.hypothesis()
                                + " that does not say what it follows from");
            } else {
                due.computeIfAbsent(basis.after(), _ -> new ArrayList<>())
                        .add(new Recorded(recorded.seq(), verdict));
            }
        }
    }

    private static void compare(LabState state, Recorded recorded, List<String> differences) {
        VerdictReference was = recorded.verdict();
        String again;
        try {
            VerdictReference made = again(state, was);
            if (made.equals(was)) {
                return;
            }
            again = made.toString();
        } catch (RefusedException | IllegalArgumentException e) {
            again = String.valueOf(e.getMessage());
        }
        differences.add("event " + recorded.seq() + " was " + was + " and is " + again);
    }

    private static VerdictReference again(LabState state, VerdictReference was) {
        String id = was.basis() == null ? "" : was.basis().experiment();
        return Conclusion.of(state, id).references().stream()
                .filter(made -> made.hypothesis().equals(was.hypothesis()))
                .findFirst()
                .orElseThrow(() -> new RefusedException("a verdict that is open"));
    }
}
