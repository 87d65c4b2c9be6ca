package dev.retort.device.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.FakeMachine;
import dev.retort.device.counters.Series;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class SubscriptionTest {
    private final FakeMachine machine;

    SubscriptionTest(@TempDir Path folder) {
        machine = new FakeMachine(folder).residentKilobytes(1);
    }

    private static final class Values implements Subscription.Listener {
        private final List<Double> values = new ArrayList<>();

        @Override
        public void sample(Series series, long nanoTime, double value) {
            if (series.counter() == Counter.RESIDENT_MEMORY) {
                values.add(value / 1024);
            }
        }

        @Override
        public void event(SamplerEvent event) {
            throw new AssertionError("no event was expected: " + event);
        }
    }

    @Test
    void samplesArriveInOrderAndASlowSubscriberLosesTheRest() {
        try (Sampler sampler =
                        Sampler.manual(SamplerOptions.defaults(), List.of(machine.counters()));
                Subscription all = sampler.subscribe(10_000);
                Subscription small = sampler.subscribe(3)) {
            for (int i = 1; i <= 20; i++) {
                machine.residentKilobytes(i);
                sampler.tick();
            }
            Values values = new Values();
            int drained = all.drain(values);
            assertEquals(20, values.values.size());
            for (int i = 0; i < 20; i++) {
                assertEquals(i + 1.0, values.values.get(i));
            }
            assertEquals(0, all.dropped());
            assertEquals(3, small.drain(new Values()));
            assertEquals(drained - 3, small.dropped(), "what found no room is counted");
            machine.residentKilobytes(77);
            sampler.tick();
            Values later = new Values();
            small.drain(later);
            assertTrue(later.values.contains(77.0), "there is room again");
        }
    }

    @Test
    void awaitingEndsWithASampleAndWithTheClose() throws InterruptedException {
        try (Sampler sampler =
                Sampler.start(SamplerOptions.defaults(), List.of(machine.counters()))) {
            Subscription subscription = sampler.subscribe(1000);
            assertTrue(subscription.await(Duration.ofSeconds(30)));
            subscription.drain(new Values());
            Thread waiting =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (subscription.await(Duration.ofMinutes(1))) {
                                            subscription.drain(new Values());
                                        }
                                    });
            subscription.close();
            waiting.join();
            assertFalse(waiting.isAlive());
        }
    }

    @Test
    void impossibleCapacitiesAreRefused() {
        try (CpuCounters counters = machine.counters();
                Sampler sampler = Sampler.manual(SamplerOptions.defaults(), List.of(counters))) {
            assertThrows(IllegalArgumentException.class, () -> sampler.subscribe(0));
            assertThrows(IllegalArgumentException.class, () -> sampler.subscribe(1 << 21));
        }
    }
}
