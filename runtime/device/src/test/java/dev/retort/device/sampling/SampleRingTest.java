package dev.retort.device.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
class SampleRingTest {
    /** What a ring holds is the newest of a plain list. */
    @Test
    void holdsTheNewestInOrder() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            SampleRing ring = new SampleRing(1 + random.nextInt(40));
            List<Long> all = new ArrayList<>();
            int writes = random.nextInt(200);
            for (int i = 0; i < writes; i++) {
                long bits = random.nextLong();
                ring.write(i, bits);
                all.add(bits);
            }
            SampleRing.Copy copy = ring.copy();
            int held = copy.bits().length - copy.first();
            // One less than the capacity when full: the place of the next counts as overwritten.
            assertEquals(
                    Math.min(writes, ring.capacity() - (writes < ring.capacity() ? 0 : 1)), held);
            for (int i = 0; i < held; i++) {
                int at = writes - held + i;
                assertEquals(at, copy.nanoTimes()[copy.first() + i]);
                assertEquals(all.get(at), copy.bits()[copy.first() + i]);
            }
            long[] latest = new long[2];
            assertEquals(writes > 0, ring.latest(latest));
            if (writes > 0) {
                assertEquals(all.getLast(), latest[1]);
            }
        }
    }

    /** A torn or reordered record would break the tie of its two halves, or the order of times. */
    @Test
    void readersNeverSeeARecordThatIsHalfWritten() throws InterruptedException {
        SampleRing ring = new SampleRing(64);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong copies = new AtomicLong();
        AtomicReference<String> fault = new AtomicReference<>("");
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!stop.get()) {
                                            check(ring, fault);
                                            copies.incrementAndGet();
                                        }
                                    }));
        }
        for (long i = 0; i < 3_000_000 || copies.get() < 1000; i++) {
            ring.write(i, mix(i));
        }
        stop.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertEquals("", fault.get());
        assertTrue(copies.get() >= 1000);
    }

    private static void check(SampleRing ring, AtomicReference<String> fault) {
        SampleRing.Copy copy = ring.copy();
        for (int i = copy.first(); i < copy.bits().length; i++) {
            long time = copy.nanoTimes()[i];
            if (copy.bits()[i] != mix(time)
                    || (i > copy.first() && copy.nanoTimes()[i - 1] != time - 1)) {
                fault.set("record " + time);
            }
        }
        long[] latest = new long[2];
        if (ring.latest(latest) && latest[1] != mix(latest[0])) {
            fault.set("latest " + latest[0]);
        }
    }

    private static long mix(long value) {
        return value * 6364136223846793005L + 1442695040888963407L;
    }

    @Test
    void anEmptyRingHasNothing() {
        SampleRing ring = new SampleRing(8);
        assertEquals(0, ring.copy().bits().length);
        assertFalse(ring.latest(new long[2]));
        assertEquals(8, ring.capacity());
        assertEquals(16, new SampleRing(9).capacity());
    }
}
