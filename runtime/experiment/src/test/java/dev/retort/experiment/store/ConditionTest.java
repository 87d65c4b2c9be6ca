package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Batches that are recorded only if something holds at that moment. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class ConditionTest {
    @TempDir private Path folder;

    @Test
    void aConditionSeesWhatAnotherProcessWroteJustBefore() {
        Batch batch = Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis("g")));
        try (EventStore store = EventStore.open(folder);
                EventStore other = EventStore.open(folder)) {
            other.record(Batch.of("bob", HypothesisRegistered.of(Samples.hypothesis("h"))));
            RefusedException refused =
                    assertThrows(
                            RefusedException.class,
                            () ->
                                    store.record(
                                            batch,
                                            state -> {
                                                if (state.hypothesis("h").isPresent()) {
                                                    throw new RefusedException("h was first");
                                                }
                                            }));
            assertEquals("h was first", refused.getMessage());
            assertEquals(1, store.events(0, 10).size());
            assertEquals(new Receipt(2, 2, false), store.record(batch, _ -> {}));
        }
    }

    /** Of those that are written together, each condition sees the batches before its own. */
    @Test
    void ofManyAtOnceOneIsTheFirst() {
        int all = 16;
        try (EventStore store = EventStore.open(folder)) {
            List<CompletableFuture<Receipt>> receipts =
                    IntStream.range(0, all)
                            .mapToObj(
                                    i ->
                                            CompletableFuture.supplyAsync(
                                                    () ->
                                                            store.record(
                                                                    named(i),
                                                                    ConditionTest::requireFirst),
                                                    Thread::startVirtualThread))
                            .toList();
            long refused =
                    receipts.stream()
                            .filter(
                                    receipt ->
                                            receipt.handle((_, e) -> e).join()
                                                            instanceof CompletionException e
                                                    && e.getCause() instanceof RefusedException)
                            .count();
            assertEquals(all - 1, refused);
            assertEquals(1, store.events(0, 100).size());
        }
    }

    private static Batch named(int i) {
        return Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis("h" + i)));
    }

    private static void requireFirst(LabState state) {
        if (state.lastSeq() > 0) {
            throw new RefusedException("another was first");
        }
    }

    @Test
    void aConditionThatFailsHarmsNobodyElse() {
        try (EventStore store = EventStore.open(folder)) {
            IllegalStateException failed =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    store.record(
                                            named(1),
                                            _ -> {
                                                throw new AssertionError("of this test");
                                            }));
            assertEquals(
                    "the condition of a batch failed: java.lang.AssertionError: of this test",
                    failed.getMessage());
            assertEquals(new Receipt(1, 1, false), store.record(named(2)));
        }
    }

    @Test
    void aBatchThatIsThereIsAnsweredWhateverTheConditionSays() {
        Batch batch =
                new Batch("ada", "k", List.of(HypothesisRegistered.of(Samples.hypothesis("h"))));
        try (EventStore store = EventStore.open(folder)) {
            store.record(batch);
            assertEquals(
                    new Receipt(1, 1, true),
                    store.record(
                            batch,
                            _ -> {
                                throw new RefusedException("no");
                            }));
        }
    }
}
