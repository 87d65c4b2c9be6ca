package dev.retort.examples.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code retort runs}, which is {@code retort lab list}. Made by picocli. */
@Command(
        name = "runs",
        sortOptions = false,
        description =
                "Show the runs of experiments that fit all that is asked for, and searches that have"
                        + " none yet.",
        footer = {
            "",
            "The best five: ./retort runs --experiment rates --sort loss --limit 5",
            "In a range:    ./retort runs --metric accuracy=0.9.. --tag model=small",
            "Failed:        ./retort runs --state FAILED --json"
        })
public final class RunsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "lab",
            description =
                    "Where experiments are kept, as \"lab --store\" takes it (default:"
                            + " ${DEFAULT-VALUE}).")
    private String store;

    @Mixin private final RunsQuery query = new RunsQuery();

    @Override
    public Integer call() throws IOException {
        query.show(spec, store);
        return 0;
    }
}
