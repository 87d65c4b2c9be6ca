package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.store.EventStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Searches whose schedulers end without notice, and that two schedulers keep going. */
final class SearchFaultsTest extends SearchSimulation {
    static List<EarlyStopping> rules() {
        return SearchTest.rules();
    }

    /** Each scheduler gets a few events further than the one before. */
    @ParameterizedTest
    @MethodSource("rules")
    void aSearchOutlivesSchedulersThatEndAtAnyEvent(EarlyStopping rule) {
        lab.submit(search("s", new RandomSearch(), 12, rule));
        long events = store.read(state -> state.lastSeq());
        boolean done = false;
        int schedulers = 0;
        while (!done) {
            // Enough for the next one to take over and do something.
            events += 31;
            long until = events;
            Scheduler.start(store, options(4), training(), time, host.machine());
            // Not until it is idle: it is that too while it waits for the leases of the one before.
            time.runUntil(
                    () -> ended() == 12 || store.read(state -> state.lastSeq()) >= until,
                    DAY,
                    store);
            done = ended() == 12;
            time.end();
            store.close();
            time.end();
            store = EventStore.open(url(), time::now, time::nanos);
            lab = new Lab(store, "ada");
            schedulers++;
            events = Math.max(events, store.read(state -> state.lastSeq()));
        }
        assertTrue(schedulers > 5, schedulers + " schedulers");
        assertEquals(12, states("s").values().stream().mapToLong(Long::longValue).sum());
        assertTrue(
                Set.of(RunState.SUCCEEDED, RunState.PRUNED).containsAll(states("s").keySet()),
                () -> states("s").toString());
        replays("s", 12);
    }

    @Test
    void twoSchedulersKeepOneSearchGoing() {
        lab.submit(search("s", new RandomSearch(), 30, new AshaPromotion(RUNGS)));
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler.start(store, options(2), training(), time, host.machine());
            Scheduler.start(other, options(2), training(), time, host.machine());
            assertTrue(time.runUntil(() -> ended() == 30, DAY, store, other));
            time.run(Duration.ofMinutes(1), store, other);
        }
        assertEquals(30, ended());
        replays("s", 60);
    }
}
