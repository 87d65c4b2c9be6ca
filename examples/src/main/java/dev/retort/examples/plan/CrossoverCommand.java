package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.inference.Crossover;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code retort plan crossover}: attention and a state space on the device at hand. */
@Command(
        name = "crossover",
        sortOptions = false,
        description = {
            "Time a layer of attention and one of a selective state space (SSM) on this machine over"
                    + " lengths, and say from which length on the state space is faster: measured,"
                    + " and by a model that is made of rates measured by themselves."
        },
        footer = {
            "",
            "Takes about half a minute on a core that does nothing else. Example:",
            "  ./retort plan crossover --width 256 --heads 4 --html context.html"
        })
final class CrossoverCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--width",
            paramLabel = "W",
            defaultValue = "128",
            description = "Elements of a position; default ${DEFAULT-VALUE}.")
    private int width;

    @Option(
            names = "--heads",
            paramLabel = "H",
            defaultValue = "2",
            description = "Heads of attention; default ${DEFAULT-VALUE}.")
    private int heads;

    @Option(
            names = "--state",
            paramLabel = "N",
            defaultValue = "16",
            description = "Elements of the state of a channel; default ${DEFAULT-VALUE}.")
    private int stateSize;

    @Option(
            names = "--shortest",
            paramLabel = "T",
            defaultValue = "512",
            description = "The shortest length in positions; default ${DEFAULT-VALUE}.")
    private int shortest;

    @Option(
            names = "--longest",
            paramLabel = "T",
            defaultValue = "32768",
            description =
                    "The longest length in positions, at least twice the shortest, unless attention"
                            + " takes twice as long before; default ${DEFAULT-VALUE}.")
    private int longest;

    @Option(
            names = "--repetitions",
            paramLabel = "R",
            defaultValue = "7",
            description =
                    "How often each is timed, in turns, at least 5; default ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of an operation; default ${DEFAULT-VALUE}.")
    private int threads;

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        atLeast("--width", 1, width);
        atLeast("--heads", 1, heads);
        atLeast("--state", 1, stateSize);
        atLeast("--shortest", 1, shortest);
        atLeast("--repetitions", Crossover.FEWEST_REPETITIONS, repetitions);
        atLeast("--threads", 1, threads);
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads > cores) {
            throw new PlanningException(
                    "expected --threads of at most the %d cores of this machine, found %d"
                            .formatted(cores, threads));
        }
        if (width % heads != 0) {
            throw new PlanningException(
                    "expected a --width that is a multiple of the %d --heads, found %d"
                            .formatted(heads, width));
        }
        if (longest < 2 * (long) shortest) {
            throw new PlanningException(
                    "expected a --longest of at least twice the --shortest of %d, found %d"
                            .formatted(shortest, longest));
        }
        System.setProperty("dev.retort.torch.threads", Integer.toString(threads));
        MixerRace race =
                run(
                        new MixerRace.Setup(
                                width, heads, stateSize, shortest, longest, repetitions, threads));
        MixerReport report = new MixerReport(race);
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    private MixerRace run(MixerRace.Setup setup) {
        PacedStatus status = PacedStatus.to(spec.commandLine().getErr());
        try {
            return MixerRace.run(setup, what -> status.offer(() -> "Crossover: " + what));
        } finally {
            status.clear();
        }
    }

    private static void atLeast(String option, int least, int found) {
        if (found < least) {
            throw new PlanningException(
                    "expected %s of at least %d, found %d".formatted(option, least, found));
        }
    }
}
