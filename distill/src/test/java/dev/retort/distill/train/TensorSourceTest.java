package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

class TensorSourceTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({"10, 4", "8, 4", "1, 4", "8192, 64", "8193, 64", "20000, 128", "9000, 9000"})
    void handsOutEverySampleOnceWithItsOwnLabel(int size, int batchSize) {
        long[] ids = LongStream.range(0, size).toArray();
        BatchSource ordered = TensorSource.ordered(features(ids), labels(ids), batchSize);
        assertArrayEquals(ids, idsOfPass(ordered, 1, size, batchSize));
        BatchSource shuffled = TensorSource.shuffled(features(ids), labels(ids), batchSize, 3);
        long[] order = idsOfPass(shuffled, 1, size, batchSize);
        Arrays.sort(order);
        assertArrayEquals(ids, order);
    }

    @Test
    void orderDependsOnSeedAndEpochAlone() {
        long[] ids = LongStream.range(0, 500).toArray();
        NDArray features = features(ids);
        long[] first = idsOfPass(TensorSource.shuffled(features, labels(ids), 32, 9), 1, 500, 32);
        assertArrayEquals(
                first, idsOfPass(TensorSource.shuffled(features, labels(ids), 32, 9), 1, 500, 32));
        assertFalse(
                Arrays.equals(
                        first,
                        idsOfPass(
                                TensorSource.shuffled(features, labels(ids), 32, 9), 2, 500, 32)));
        assertFalse(
                Arrays.equals(
                        first,
                        idsOfPass(
                                TensorSource.shuffled(features, labels(ids), 32, 10), 1, 500, 32)));
    }

    @Test
    void passesLeaveNothingBehind() {
        long[] ids = LongStream.range(0, 100).toArray();
        BatchSource source = TensorSource.shuffled(features(ids), labels(ids), 8, 1);
        int before = manager.getManagedArrays().size();
        for (int epoch = 1; epoch <= 20; epoch++) {
            assertEquals(100, idsOfPass(source, epoch, 100, 8).length);
        }
        assertEquals(before, manager.getManagedArrays().size());
    }

    @ParameterizedTest
    @CsvSource({
        "10, 4, 1",
        "10, 4, 3",
        "10, 4, 5",
        "8192, 64, 128",
        "20000, 128, 64",
        "20000, 128, 100"
    })
    void whatFollowsASkipIsWhatWouldHaveFollowed(int size, int batchSize, int skipped) {
        long[] ids = LongStream.range(0, size).toArray();
        NDArray features = features(ids);
        for (BatchSource source :
                List.of(
                        TensorSource.shuffled(features, labels(ids), batchSize, 3),
                        TensorSource.ordered(features, labels(ids), batchSize))) {
            long[] whole = idsOfPass(source, 2, size, batchSize);
            try (BatchSource.Pass pass = source.pass(manager, 2)) {
                pass.skip(skipped, manager);
                int at = Math.min(size, skipped * batchSize);
                for (Minibatch batch = pass.next(manager);
                        batch != null;
                        batch = pass.next(manager)) {
                    long[] expected = Arrays.copyOfRange(whole, at, at + batch.size());
                    assertArrayEquals(expected, batch.labels().head().toLongArray());
                    assertArrayEquals(expected, batch.positions());
                    at += batch.size();
                }
                assertEquals(size, at);
            }
        }
    }

    @Test
    void aRepeatedSourceSkipsWholePassesToo() {
        long[] ids = LongStream.range(0, 10).toArray();
        BatchSource source =
                BatchSource.repeated(TensorSource.shuffled(features(ids), labels(ids), 4, 3), 8);
        for (int skipped : new int[] {0, 2, 3, 7, 8}) {
            List<Long> whole = new ArrayList<>();
            List<Long> rest = new ArrayList<>();
            collect(source, 0, whole);
            collect(source, skipped, rest);
            assertEquals(whole.subList(whole.size() - rest.size(), whole.size()), rest);
            assertEquals(skipped == 8, rest.isEmpty());
        }
    }

    private void collect(BatchSource source, int skipped, List<Long> ids) {
        try (BatchSource.Pass pass = source.pass(manager, 1)) {
            pass.skip(skipped, manager);
            for (Minibatch batch = pass.next(manager); batch != null; batch = pass.next(manager)) {
                Arrays.stream(batch.labels().head().toLongArray()).forEach(ids::add);
            }
        }
    }

    @Test
    void refusesLabelsOfAnotherLength() {
        NDArray features = features(new long[] {1, 2, 3});
        NDList labels = labels(new long[] {1, 2});
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> TensorSource.ordered(features, labels, 2));
        assertEquals("expected 3 labels, one a sample, found 2", error.getMessage());
    }

    private long[] idsOfPass(BatchSource source, int epoch, int size, int batchSize) {
        List<Long> ids = new ArrayList<>();
        long batches = 0;
        try (BatchSource.Pass pass = source.pass(manager, epoch)) {
            while (true) {
                try (NDManager step = manager.newSubManager()) {
                    Minibatch batch = pass.next(step);
                    if (batch == null) {
                        break;
                    }
                    batches++;
                    long[] labels = batch.labels().head().toLongArray();
                    assertEquals(batch.size(), labels.length);
                    assertEquals(Math.min(batchSize, size - ids.size()), labels.length);
                    assertArrayEquals(
                            labels,
                            batch.data()
                                    .head()
                                    .get(":, 0")
                                    .toType(DataType.INT64, false)
                                    .toLongArray());
                    Arrays.stream(labels).forEach(ids::add);
                }
            }
        }
        assertEquals(source.batches(), batches);
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    private NDArray features(long[] ids) {
        NDArray column = manager.create(ids).toType(DataType.FLOAT32, false).reshape(ids.length, 1);
        return column.concat(column.neg(), 1);
    }

    private NDList labels(long[] ids) {
        return new NDList(manager.create(ids));
    }
}
