package dev.retort.examples.lab;

import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The JVMs of their own in which runs work that train by DJL. */
public final class Children {
    // Many runs at a time share the cores better when each operation takes one.
    private static final List<String> OPTIONS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-DOPT_OUT_TRACKING=true",
                    "-Dai.djl.default_engine=Retort",
                    "-Ddev.retort.torch.threads=1");

    private Children() {}

    /**
     * JVMs with Retort's engine, one thread of it each, that tell nobody of it.
     *
     * @param further options of the JVM such as {@code -Xmx2g}; of two that say the same the later
     *     counts, and these come last
     * @return for {@link SchedulerOptions#withExecution}
     * @throws IllegalArgumentException if one of them does not begin with a dash: java would take
     *     it for a class
     */
    public static ChildJvms jvms(List<String> further) {
        for (String option : further) {
            if (!option.startsWith("-")) {
                throw new IllegalArgumentException(
                        "option of the JVM is \""
                                + option
                                + "\": expected one that begins with a dash, such as -Xmx2g");
            }
        }
        return ChildJvms.standard()
                .withJvmOptions(
                        Stream.concat(OPTIONS.stream(), further.stream()).toArray(String[]::new));
    }

    /**
     * How {@code retort lab run} makes runs if it is told nothing else: in such JVMs, on all cores
     * of this process.
     *
     * @param folder for checkpoints and metrics; that of the store
     * @return the options of a scheduler
     */
    public static SchedulerOptions scheduling(Path folder) {
        return SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                .withExecution(jvms(List.of()));
    }
}
