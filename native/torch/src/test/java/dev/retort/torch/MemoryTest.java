package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Arrays are freed when they should be, by whoever closes them first, and not before. */
class MemoryTest {
    private static final int ELEMENTS = 4096;

    private final Engine engine = Engine.getEngine(TorchEngine.NAME);

    @Test
    void aHundredThousandOperationsDoNotGrowTheProcess() throws IOException {
        try (NDManager manager = engine.newBaseManager()) {
            NDArray one = manager.ones(new Shape(ELEMENTS));
            NDArray two = manager.full(new Shape(ELEMENTS), 2f);
            work(manager, one, two, 5_000);
            long handles = SettledHandles.count();
            long sums = 1000L * ELEMENTS * Float.BYTES;
            ResidentSet.assertFlat(sums, () -> work(manager, one, two, 1000));
            assertEquals(handles, LiveHandles.count());
        }
    }

    private static void work(NDManager manager, NDArray one, NDArray two, int times) {
        for (int i = 0; i < times; i++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray sum = one.add(two);
                sum.attach(scope);
                NDArray part = sum.get("10:20");
                part.attach(scope);
                NDArray total = part.sum(new int[] {0});
                total.attach(scope);
                NDArray scaled = total.mul(3);
                scaled.attach(scope);
                scaled.addi(1f);
            }
        }
    }

    @Test
    void closingAManagerClosesWhatIsInIt() {
        NDManager manager = engine.newBaseManager();
        NDManager inner = manager.newSubManager();
        NDArray array = inner.create(1f);
        NDArray detached = inner.create(2f);
        detached.detach();
        manager.close();
        assertTrue(array.isReleased());
        assertFalse(inner.isOpen());
        assertThrows(IllegalStateException.class, array::exp);
        assertThrows(IllegalStateException.class, () -> manager.create(1f));
        assertEquals(2f, detached.getFloat());
        detached.close();
        detached.close();
        assertTrue(detached.isReleased());
    }

    /**
     * Each handle is freed once, by the manager or by the thread that was just making the array.
     */
    @Test
    void aManagerMayBeClosedWhileOthersMakeArraysInIt() throws Exception {
        long handles = SettledHandles.count();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 2_000; round++) {
                NDManager manager = engine.newBaseManager();
                NDArray array = manager.ones(new Shape(2));
                List<Future<?>> makers = new ArrayList<>();
                for (int thread = 0; thread < 2; thread++) {
                    makers.add(threads.submit(() -> makeUntilClosed(array)));
                }
                manager.close();
                for (Future<?> maker : makers) {
                    maker.get();
                }
            }
        }
        assertEquals(handles, SettledHandles.count());
    }

    private static void makeUntilClosed(NDArray array) {
        TorchManager manager = (TorchManager) array.getManager();
        try {
            while (true) {
                manager.create(1f);
            }
        } catch (IllegalStateException closed) {
            assertFalse(manager.isOpen());
        }
    }

    /** Another thread's arrays may be closed while their gradients are set to zero. */
    @Test
    void gradientsAreZeroedBesideThreadsThatCloseTheirArrays() throws Exception {
        long handles = SettledHandles.count();
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                GradientCollector collector = engine.newGradientCollector()) {
            Future<?> other = threads.submit(this::makeAndCloseLeaves);
            while (!other.isDone()) {
                collector.zeroGradients();
            }
            other.get();
        }
        assertEquals(handles, SettledHandles.count());
    }

    private void makeAndCloseLeaves() {
        try (NDManager manager = engine.newBaseManager()) {
            for (int i = 0; i < 20_000; i++) {
                try (NDArray leaf = manager.ones(new Shape(2))) {
                    leaf.setRequiresGradient(true);
                }
            }
        }
    }

    @Test
    void aDumpCountsArrays() {
        PrintStream standard = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (NDManager manager = engine.newBaseManager();
                NDManager inner = manager.newSubManager()) {
            inner.create(1f);
            inner.create(2f);
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            ((BaseNDManager) manager).debugDump(0);
        } finally {
            System.setOut(standard);
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.getFirst().endsWith("resource count: 1"), lines.getFirst());
        assertTrue(
                lines.getLast().startsWith("    \\--- NDManager(")
                        && lines.getLast().endsWith("resource count: 2"),
                lines.getLast());
    }

    @Test
    void temporaryAttachmentGivesTheArrayBack() {
        try (NDManager first = engine.newBaseManager()) {
            NDArray array = first.create(1f);
            try (NDManager second = first.newSubManager()) {
                array.tempAttach(second);
                assertEquals(second, array.getManager());
                try (NDManager third = second.newSubManager()) {
                    array.tempAttach(third);
                }
                assertEquals(second, array.getManager());
            }
            assertEquals(first, array.getManager());
            assertEquals(1f, array.getFloat());
        }
    }

    @Test
    void aScopeClosesWhatWasMadeInIt() {
        try (NDManager manager = engine.newBaseManager()) {
            NDArray kept;
            NDArray dropped;
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                dropped = manager.create(1f);
                kept = dropped.add(1);
                NDScope.unregister(kept);
            }
            assertTrue(dropped.isReleased());
            assertEquals(2f, kept.getFloat());
        }
    }

    @Test
    void movingArraysDoesNotFillTheirManager() {
        // A manager on a device that need not be there: what comes to it is on the CPU already.
        try (NDManager manager = engine.newBaseManager(Device.gpu(9));
                NDManager elsewhere = engine.newBaseManager(Device.cpu())) {
            NDArray array = elsewhere.create(1f);
            array.attach(manager);
            NDManager moved = array.toDevice(Device.cpu(), true).getManager();
            assertEquals(Device.cpu(), moved.getDevice());
            String before = manager.toString();
            for (int i = 0; i < 10; i++) {
                NDArray copy = array.toDevice(Device.cpu(), true);
                assertSame(moved, copy.getManager());
                assertSame(moved, copy.toDevice(Device.cpu(), true).getManager());
                copy.close();
            }
            assertEquals(before, manager.toString());
            moved.close();
            assertTrue(array.toDevice(Device.cpu(), true).getManager().isOpen());
        }
    }

    @Test
    void aCappedManagerTakesNothingMore() {
        try (NDManager manager = engine.newBaseManager()) {
            manager.cap();
            long before = SettledHandles.count();
            assertThrows(IllegalStateException.class, () -> manager.create(1f));
            assertEquals(before, LiveHandles.count());
        }
    }

    @Test
    void whatIsDroppedIsFreedAtLast() throws InterruptedException {
        long before = SettledHandles.count();
        drop();
        for (int i = 0; i < 200 && LiveHandles.count() > before; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(before, LiveHandles.count());
    }

    private void drop() {
        NDManager manager = engine.newBaseManager();
        NDManager inner = manager.newSubManager();
        inner.create(new float[] {1, 2}).add(1);
        NDArray detached = manager.create(1f);
        detached.detach();
    }

    @Test
    void aViewOfTheContentKeepsItsArray() throws InterruptedException {
        ByteBuffer view = view();
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(5);
            try (NDManager manager = engine.newBaseManager()) {
                manager.full(new Shape(ELEMENTS), 9f);
            }
        }
        for (int i = 0; i < ELEMENTS; i++) {
            assertEquals(5f, view.getFloat(4 * i));
        }
    }

    private ByteBuffer view() {
        return engine.newBaseManager().full(new Shape(ELEMENTS), 5f).toByteBuffer(true);
    }

    @Test
    void errorsLeaveNothingBehind() {
        try (NDManager manager = engine.newBaseManager()) {
            NDArray array = manager.ones(new Shape(2, 3));
            NDArray other = manager.ones(new Shape(4));
            long before = SettledHandles.count();
            for (int i = 0; i < 20; i++) {
                assertThrows(EngineException.class, () -> array.add(other));
                assertThrows(EngineException.class, () -> array.matMul(array));
                assertThrows(EngineException.class, () -> array.sum(new int[] {5}));
            }
            assertEquals(before, LiveHandles.count());
        }
    }

    @Test
    void eightThreadsMayWorkAtOnce() throws Exception {
        try (NDManager manager = engine.newBaseManager();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            NDArray shared = manager.arange(1000f);
            long before = SettledHandles.count();
            List<Future<?>> results = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int number = t;
                results.add(threads.submit(() -> useFromThread(manager, shared, number)));
            }
            for (Future<?> result : results) {
                result.get();
            }
            assertEquals(before, LiveHandles.count());
        }
    }

    /** Works on a shared array, on a shared manager and on gradients, and makes errors. */
    private void useFromThread(NDManager manager, NDArray shared, int number) {
        for (int i = 0; i < 300; i++) {
            try (NDArray scaled = shared.mul((float) number);
                    NDArray sum = scaled.sum()) {
                assertEquals(number * 499500f, sum.getFloat(), 1e-3f * 499500f * number);
            }
            try (NDManager scope = manager.newSubManager();
                    NDManager own = engine.newBaseManager()) {
                NDArray weight = own.create(new float[] {number});
                weight.setRequiresGradient(true);
                try (var collector = engine.newGradientCollector()) {
                    collector.backward(weight.mul(weight).sum());
                }
                assertEquals(2f * number, weight.getGradient().getFloat(0));
                NDArray wrong = scope.ones(new Shape(3));
                if (i % 50 == 0) {
                    assertThrows(EngineException.class, () -> wrong.matMul(shared));
                }
            }
        }
    }
}
