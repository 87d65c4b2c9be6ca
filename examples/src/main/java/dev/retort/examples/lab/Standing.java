package dev.retort.examples.lab;

import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.schedule.LostLeases;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How runs stand, in words: by the log, and by who is not there any more to go on with them.
 *
 * @param lost the attempts whose scheduler is gone
 */
record Standing(LostLeases lost) {
    /** What the log does not tell. */
    static final String SCHEDULER_GONE =
            "its scheduler is gone; the next \"lab run\" takes it over";

    /** As it is now; of runs that are read after that. */
    static Standing of(EventStore store) {
        return new Standing(LostLeases.of(store));
    }

    /** How a run stands, for programs. */
    Map<String, Object> shown(RunView view) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("run", view.run().id());
        shown.put("state", view.state());
        StopRequested stop = view.stop();
        if (stop != null) {
            shown.put("asked", stop.kind() + ": " + stop.reason());
        }
        if (lost.contains(view)) {
            shown.put("lost", SCHEDULER_GONE);
        }
        shown.put("attempts", view.attempts().size());
        shown.put("reason", view.reason());
        if (!view.values().isEmpty()) {
            shown.put("values", view.values());
        }
        if (view.reusedOf() != null) {
            shown.put("reusedOf", view.reusedOf());
        }
        return shown;
    }

    /** Its state. An attempt that was asked to stop may take a while. */
    String state(RunView view) {
        StopRequested stop = view.stop();
        return Texts.words(view.state())
                + (stop == null ? "" : ", asked to " + stop.kind().words())
                + (lost.contains(view) ? ", its scheduler is gone" : "");
    }

    /** Why it is in its state, one sentence. */
    String reason(RunView view) {
        return lost.contains(view) ? SCHEDULER_GONE : view.reason();
    }
}
