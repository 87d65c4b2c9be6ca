package dev.retort.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.efficiency.report.Terminals;
import dev.retort.efficiency.status.StatusFolder;

import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code retort top}: what the devices and the runs of this machine do. */
@Command(
        name = "top",
        sortOptions = false,
        description = {
            "Shows what the devices of this machine do, and the training runs of this user: live on"
                    + " a terminal, once elsewhere."
        },
        footer = {
            "",
            "A run shows up if it was opened with RunOptions.publish(), if its JVM was started with"
                    + " -Ddev.retort.publish=true, or by ./retort distill. Runs that ended or whose"
                    + " process died stay for half an hour.",
            "",
            "GOOD is training that a checkpoint or the result holds, PENDING what none holds yet."
                    + " A run is silent if its process is there and has shown nothing for 5 s."
        })
public final class TopCommand implements Callable<Integer> {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** How long the first look is before the second, from which on there are rates. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    private static final int PLAIN_COLUMNS = 120;

    @Spec private CommandSpec spec;

    @Option(names = "--once", description = "Print one plain snapshot; the default in a pipe.")
    private boolean once;

    @Option(names = "--json", description = "Print one snapshot as JSON.")
    private boolean json;

    @Option(
            names = "--interval",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "1",
            description = "Seconds between two looks, 0.1 to 60; default ${DEFAULT-VALUE}.")
    private Duration interval;

    @Option(
            names = "--sort",
            paramLabel = "KEY",
            defaultValue = "STATE",
            description = "Order of the runs: state, name, step, rate or loss; default state.")
    private TopOrder order;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where runs show themselves, a folder; default this user's.")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireFolder();
        StatusFolder runs = new StatusFolder(folder == null ? StatusFolder.ofUser() : folder);
        boolean live = Terminals.isInteractive() && !once && !json;
        try (TopReader reader = new TopReader(runs, interval)) {
            if (live) {
                LiveTerminal.show(
                        new TopView(reader, interval, order), interval, Terminals.wantsColour());
            } else {
                Thread.sleep(FIRST_LOOK);
                print(reader.look(), spec.commandLine().getOut());
            }
        }
        return 0;
    }

    /** This user's folder need not be there before the first run; one that was named must be. */
    private void requireFolder() throws IOException {
        if (folder == null) {
            return;
        }
        if (Files.notExists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "expected a folder");
        }
    }

    private void print(TopSnapshot snapshot, PrintWriter out) throws JsonProcessingException {
        if (json) {
            out.println(JSON.writeValueAsString(snapshot));
        } else {
            int columns = Integer.getInteger("retort.columns", PLAIN_COLUMNS);
            List<String> title = List.of("retort top", snapshot.time());
            for (AttributedString line :
                    TopScreen.draw(snapshot, order, title, columns, Integer.MAX_VALUE)) {
                out.println(line.toString().stripTrailing());
            }
        }
        out.flush();
    }
}
