package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The catalogue gives the same outcomes on many threads at once as on one. */
class ConcurrencyTest {
    private static final int EVERY = 7;
    private static final int THREADS = 8;

    /** Draw from the process's one generator, whose order the threads would share. */
    private static final String RANDOM = "random/.*|.*dropout.*|image/random.*";

    private final Engine engine = Engine.getEngine("Retort");

    @Test
    void eightThreadsGetTheSameOutcomes() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            compare(threads);
        }
    }

    @Test
    void virtualThreadsGetTheSameOutcomes() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            compare(threads);
        }
    }

    private void compare(ExecutorService threads) throws InterruptedException, ExecutionException {
        List<Future<String>> differences = new ArrayList<>();
        List<Case> cases = cases();
        List<Outcome> expected = cases.stream().map(this::outcome).toList();
        // Each case three times, far apart, so that different ones meet.
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < cases.size(); i++) {
                Case next = cases.get(i);
                Outcome alone = expected.get(i);
                differences.add(threads.submit(() -> difference(next, alone)));
            }
        }
        List<String> found = new ArrayList<>();
        for (Future<String> difference : differences) {
            if (!difference.get().isEmpty()) {
                found.add(difference.get());
            }
        }
        assertEquals(List.of(), found);
    }

    private String difference(Case next, Outcome alone) {
        return Comparison.difference(next, alone, outcome(next))
                .map(text -> next.name() + ": " + text)
                .orElse("");
    }

    private static List<Case> cases() {
        List<Case> all = Catalogue.cases();
        List<Case> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += EVERY) {
            if (!all.get(i).name().matches(RANDOM)) {
                some.add(all.get(i));
            }
        }
        return some;
    }

    private Outcome outcome(Case next) {
        try (NDManager manager = engine.newBaseManager()) {
            return Outcome.of(next.body().run(new Operands(manager, next.name().hashCode())));
        } catch (Throwable failure) {
            return new Outcome.Failure(failure.getClass().getName(), "");
        }
    }
}
