package dev.retort.examples.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code retort lab list}, which is {@code retort runs}. */
@Command(
        name = "list",
        sortOptions = false,
        description =
                "Show the runs that fit all that is asked for, and searches that have none yet: what"
                        + " \"retort runs\" shows.")
final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Mixin private final RunsQuery query = new RunsQuery();

    @Override
    public Integer call() throws IOException {
        query.show(spec, parent.store());
        return 0;
    }
}
