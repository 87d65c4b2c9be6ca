package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.store.EventStore;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Keeps searches going: one step of a search at a time, each on disk before the next is decided.
 * With several schedulers the store refuses the step of the slower one, which looks again.
 */
final class SearchDriver {
    private static final Logger LOG = System.getLogger(SearchDriver.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SchedulerLoop loop;
    private final Outbox outbox;
    private final EventStore store;
    private final Searches searches;
    private final Time time;
    private final Predicate<Experiment> whose;
    private final Set<String> stepping = new HashSet<>();

    SearchDriver(
            SchedulerLoop loop,
            Outbox outbox,
            EventStore store,
            Searches searches,
            Time time,
            Predicate<Experiment> whose) {
        this.loop = loop;
        this.outbox = outbox;
        this.store = store;
        this.searches = searches;
        this.time = time;
        this.whose = whose;
    }

    /** Lets all searches go on. */
    void begin() {
        List<String> all =
                store.read(
                        state ->
                                state.experiments().stream()
                                        .filter(experiment -> experiment.search() != null)
                                        .map(Experiment::id)
                                        .toList());
        all.forEach(this::step);
    }

    /** Something happened to an experiment: if it is a search, it may go on now. */
    void step(String id) {
        Experiment experiment = store.read(state -> state.experiment(id)).orElse(null);
        if (experiment == null
                || experiment.search() == null
                || !whose.test(experiment)
                || loop.isClosing()
                || stepping.contains(id)) {
            return;
        }
        List<Event> events;
        try {
            events = store.read(state -> searches.next(state, experiment));
        } catch (RuntimeException e) {
            // The other searches, and the runs of this one, go on.
            LOG.log(Logger.Level.ERROR, "search " + id + " cannot go on", e);
            return;
        }
        if (events.isEmpty()) {
            return;
        }
        stepping.add(id);
        outbox.append(
                events,
                (_, error) -> {
                    if (error == null) {
                        stepping.remove(id);
                        step(id);
                    } else {
                        time.after(RETRY, () -> again(id));
                    }
                });
    }

    private void again(String id) {
        stepping.remove(id);
        step(id);
        loop.dispatch();
    }

    /** Whether a search is about to go on. */
    boolean isStepping() {
        return !stepping.isEmpty();
    }
}
