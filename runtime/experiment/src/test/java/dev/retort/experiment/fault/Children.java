package dev.retort.experiment.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Samples;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Child JVMs for tests: small, and with the classes of the tests. */
final class Children {
    static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private Children() {}

    static SchedulerOptions options(Path folder, int cores) {
        return options(folder, cores, Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    static SchedulerOptions options(Path folder, int cores, Duration silence, Duration progress) {
        return SchedulerOptions.standard(folder, Capacity.of(cores, 0))
                .withExecution(
                        new ChildJvms(
                                classPath(), SMALL, Duration.ofMillis(200), silence, progress));
    }

    static Experiment experiment(
            String id, Class<?> task, Map<String, Object> config, long... seeds) {
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("a", task.getName(), config))
                .seeds(seeds)
                .reuse(false)
                .build();
    }

    /** With the classes of the tests, which are part of no path where modules are patched. */
    static String classPath() {
        return Stream.concat(
                        Stream.of(
                                        Path.of("target", "classes").toAbsolutePath().toString(),
                                        Path.of("target", "test-classes")
                                                .toAbsolutePath()
                                                .toString())
                                .filter(entry -> new File(entry).isDirectory()),
                        entries())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> entries() {
        return Stream.of("java.class.path", "jdk.module.path")
                .flatMap(
                        key -> Stream.of(System.getProperty(key, "").split(File.pathSeparator, -1)))
                .filter(entry -> !entry.isEmpty());
    }

    /** Waits for a condition; only a machine that stands still makes it fail. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        boolean holds = condition.getAsBoolean();
        while (!holds && System.nanoTime() < end) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            holds = condition.getAsBoolean();
        }
        assertTrue(holds, "the condition did not come to hold");
    }
}
