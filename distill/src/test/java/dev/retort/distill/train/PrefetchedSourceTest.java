package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

@Tag("engines")
class PrefetchedSourceTest {
    private static final int SAMPLES = 100;

    private final NDManager manager = NDManager.newBaseManager();
    private final BatchSource source = source();

    @AfterEach
    void close() {
        manager.close();
    }

    private BatchSource source() {
        long[] ids = LongStream.range(0, SAMPLES).toArray();
        NDArray features = manager.create(ids).toType(DataType.FLOAT32, false).reshape(SAMPLES, 1);
        return TensorSource.shuffled(features, new NDList(manager.create(ids)), 8, 3);
    }

    private List<Long> ids(BatchSource batches, int epoch, int skipped) {
        List<Long> ids = new ArrayList<>();
        try (BatchSource.Pass pass = batches.pass(manager, epoch)) {
            pass.skip(skipped, manager);
            while (true) {
                try (NDManager step = manager.newSubManager()) {
                    Minibatch batch = pass.next(step);
                    if (batch == null) {
                        break;
                    }
                    long[] labels = batch.labels().head().toLongArray();
                    assertArrayEquals(labels, batch.positions());
                    float[] data = batch.data().head().toFloatArray();
                    for (int i = 0; i < labels.length; i++) {
                        assertEquals((float) labels[i], data[i]);
                    }
                    Arrays.stream(labels).forEach(ids::add);
                }
            }
            assertNull(pass.next(manager), "the end stays the end");
        }
        return ids;
    }

    @Test
    void givesTheSameInTheSameOrderAndLeavesNothingBehind() {
        List<Long> expected = ids(source, 2, 0);
        int before = manager.getManagedArrays().size();
        for (int ahead : new int[] {1, 2, 50}) {
            BatchSource prefetched = BatchSource.prefetched(source, ahead);
            assertEquals(source.batches(), prefetched.batches());
            assertEquals(expected, ids(prefetched, 2, 0));
            assertEquals(ids(source, 2, 5), ids(prefetched, 2, 5));
        }
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void loadsAsManyAheadAsAllowedOnAThreadOfItsOwn() throws InterruptedException {
        AtomicInteger loaded = new AtomicInteger();
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch fourth = new CountDownLatch(4);
        BatchSource counting =
                BatchSource.mapped(
                        source,
                        (batch, _, _) -> {
                            loaded.incrementAndGet();
                            thread.set(Thread.currentThread());
                            fourth.countDown();
                            return batch;
                        });
        try (BatchSource.Pass pass = BatchSource.prefetched(counting, 2).pass(manager, 1)) {
            pass.next(manager);
            // One given, two that wait, and one that waits for room.
            fourth.await();
            assertNotEquals(Thread.currentThread(), thread.get());
            assertEquals(4, loaded.get());
        }
        assertEquals(4, loaded.get(), "closing the pass ends the loading");
        assertFalse(thread.get().isAlive());
    }

    @Test
    void whatTheSourceThrowsIsThrownInItsPlace() {
        IllegalStateException broken = new IllegalStateException("sample 17 is broken");
        int[] given = {0};
        BatchSource breaking =
                BatchSource.mapped(
                        source,
                        (batch, _, _) -> {
                            if (++given[0] == 4) {
                                throw broken;
                            }
                            return batch;
                        });
        try (BatchSource.Pass pass = BatchSource.prefetched(breaking, 2).pass(manager, 1)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(8, requireNonNull(pass.next(manager)).size());
            }
            assertSame(broken, assertThrows(IllegalStateException.class, () -> pass.next(manager)));
            assertNull(pass.next(manager));
        }
    }

    @Test
    void refusesToLoadNothingAhead() {
        assertEquals(
                "expected at least 1 mini-batch ahead, found 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> BatchSource.prefetched(source, 0))
                        .getMessage());
    }
}
