package dev.retort.examples.lab;

import dev.retort.efficiency.report.Terminals;
import dev.retort.examples.LiveTerminal;
import dev.retort.examples.Seconds;

import org.jline.utils.AttributedString;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code retort lab watch}: what runs do, live. */
@Command(
        name = "watch",
        sortOptions = false,
        description =
                "Show what runs do: live on a terminal, once elsewhere. Nothing is changed, and it"
                        + " may run beside \"lab run\" or on another machine. That a scheduler was"
                        + " killed is known on its own machine.")
final class WatchCommand implements Callable<Integer> {
    private static final int PLAIN_COLUMNS = 120;

    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Option(names = "--once", description = "Print one plain snapshot; the default in a pipe.")
    private boolean once;

    @Option(
            names = "--interval",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "1",
            description = "Seconds between two looks, 0.1 to 60 (default: ${DEFAULT-VALUE}).")
    private Duration interval;

    @Override
    public Integer call() throws IOException {
        boolean live = Terminals.isInteractive() && !once;
        return parent.open(
                (lab, store) -> {
                    LabView view =
                            new LabView(lab, store, StoreLocation.shown(parent.store()), live);
                    if (live) {
                        LiveTerminal.show(view, interval, Terminals.wantsColour());
                    } else {
                        PrintWriter out = spec.commandLine().getOut();
                        for (AttributedString line : view.draw(PLAIN_COLUMNS, Integer.MAX_VALUE)) {
                            out.println(line.toString().stripTrailing());
                        }
                        out.flush();
                    }
                    return 0;
                });
    }
}
