package dev.retort.torch.conformance;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs the catalogue on one engine and writes the outcomes. Started again on the file of a process
 * that died, it goes on behind the case that killed it.
 */
public final class ConformanceRunner {
    private final Engine engine;
    private final long seed;

    private ConformanceRunner(Engine engine, long seed) {
        this.engine = engine;
        this.seed = seed;
    }

    /**
     * Runs the catalogue.
     *
     * @param arguments the engine's name, the seed, the file of outcomes, and optionally a prefix
     *     of the names of cases to be run
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Engine engine = Engine.getEngine(arguments[0]);
        String prefix = arguments.length > 3 ? arguments[3] : "";
        new ConformanceRunner(engine, Long.parseLong(arguments[1]))
                .run(Path.of(arguments[2]), prefix);
        // Threads of a pool of the engine must not keep the process alive.
        System.exit(0);
    }

    private void run(Path file, String prefix) throws IOException {
        Map<String, Outcome> done = Files.exists(file) ? OutcomeFile.read(file) : Map.of();
        try (OutcomeFile outcomes = OutcomeFile.append(file)) {
            for (Case next : Catalogue.cases()) {
                if (!done.containsKey(next.name()) && next.name().startsWith(prefix)) {
                    outcomes.begin(next);
                    outcomes.end(outcome(next));
                }
            }
        }
    }

    // Any failure is an outcome to be compared, a StackOverflowError included.
    private Outcome outcome(Case next) {
        engine.setRandomSeed((int) (seed ^ next.name().hashCode()));
        try (NDManager manager = engine.newBaseManager()) {
            Operands operands = new Operands(manager, seed ^ (next.name().hashCode() * 31L));
            return Outcome.of(next.body().run(operands));
        } catch (Throwable failure) {
            return new Outcome.Failure(
                    failure.getClass().getName(), firstLine(failure.getMessage()));
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
