package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalLong;

/** Which attempts nobody works on, and for how long somebody did. */
final class LostLeasesTest extends Simulation {
    private Attempt admit(String run, String scheduler, List<Integer> devices) {
        store.record(Batch.of(scheduler, new RunAdmitted(run, 1, scheduler, "h", devices)));
        return lab.run(run).flatMap(RunView::openAttempt).orElseThrow();
    }

    @Test
    void attemptsThatNobodyWorksOnAreTold() {
        lab.submit(Samples.experiment("e", "t", "x", 1, 2, 3).build());
        Attempt open = admit("e/a/1", "gone", List.of());
        admit("e/a/2", "away", List.of());
        Attempt here = admit("e/a/3", "here", List.of());
        long last = time.now().plusSeconds(9).toEpochMilli();
        store.beat(new Heartbeat("gone", HostProcess.host(), "1@0", 7, last, 0));
        store.beat(new Heartbeat("away", "elsewhere", "1@0", 7, last, 0));
        store.beat(new Heartbeat("here", HostProcess.host(), HostProcess.process(), 7, last, 0));
        LostLeases lost = LostLeases.of(store);
        assertEquals(
                List.of("e/a/1"),
                lab.runs(RunFilter.all()).stream()
                        .filter(lost::contains)
                        .map(view -> view.run().id())
                        .toList());
        assertEquals(OptionalLong.of(9000), lost.heldMillis(open));
        assertEquals(OptionalLong.empty(), lost.heldMillis(here));
        // What has ended is nobody's.
        store.record(
                Batch.of(
                        "here",
                        new AttemptEnded(
                                "e/a/1", open.token(), CauseOfEnd.LEASE_LOST, "it is gone", 0)));
        assertTrue(lost.contains(open));
        assertFalse(lost.contains(lab.run("e/a/1").orElseThrow().attempts().getFirst()));
        assertFalse(LostLeases.of(store).contains(open));
    }

    /** It was not looked at again before it was found that its process is not there. */
    @Test
    void aSchedulerThatEndedInOrderSinceTheStoreWasReadLostNothing() {
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        long token = admit("e/a/1", "s", List.of()).token();
        store.beat(new Heartbeat("s", HostProcess.host(), "1@0", 7, 5, 0));
        RunView before = lab.run("e/a/1").orElseThrow();
        assertTrue(LostLeases.of(store).contains(before));
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            other.record(
                    Batch.of(
                            "s",
                            new AttemptEnded("e/a/1", token, CauseOfEnd.STOPPED, "asked to", 0),
                            new RunQueued("e/a/1", 0, "its scheduler was closed")));
        }
        assertFalse(LostLeases.of(store).contains(before));
        assertEquals(RunState.QUEUED, state("e/a/1"));
    }

    @Test
    void whoWasLostTogetherSharesTheChargeOfADevice() {
        lab.submit(Samples.experiment("e", "t", "x", 1, 2, 3).build());
        Attempt one = admit("e/a/1", "gone", List.of(0));
        Attempt other = admit("e/a/2", "gone", List.of(0));
        Attempt alone = admit("e/a/3", "gone", List.of(1));
        long nanos = one.admittedNanos() + 8_000_000_000L;
        store.beat(new Heartbeat("gone", HostProcess.host(), "1@0", 7, 5, nanos));
        LostLeases lost = LostLeases.of(store);
        assertEquals(OptionalLong.of(8000), lost.heldMillis(one));
        assertEquals(4000, charged(lost, one));
        assertEquals(4000, charged(lost, other));
        assertEquals(8000, charged(lost, alone));
    }

    private long charged(LostLeases lost, Attempt attempt) {
        return store.read(state -> lost.chargedMillis(state, attempt));
    }
}
