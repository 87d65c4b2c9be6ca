package dev.retort.examples.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.lab.SearchReplay;
import dev.retort.experiment.lab.VerdictReplay;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab replay}: decisions and verdicts once more. */
@Command(
        name = "replay",
        description = {
            "Make every verdict, and every trial and decision of searches, once more from the log:"
                    + " each has to come out the same, bit for bit.",
            "The exit code is 1 if one does not."
        })
final class ReplayCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Parameters(
            arity = "0..1",
            paramLabel = "SEARCH",
            description = "Only what was decided in this search.")
    private @Nullable String search;

    @Override
    public Integer call() throws IOException {
        Map<String, Object> said = new LinkedHashMap<>();
        List<String> differences = new ArrayList<>();
        int replayed =
                parent.open(
                        (lab, events) -> {
                            int count = 0;
                            String name = search;
                            List<Experiment> meant =
                                    name == null
                                            ? lab.experiments()
                                            : List.of(Named.search(lab, name));
                            for (Experiment each : meant) {
                                if (each.search() != null) {
                                    SearchReplay.Result of = SearchReplay.of(events, each.id());
                                    count += of.replayed();
                                    differences.addAll(of.differences());
                                }
                            }
                            if (name == null) {
                                SearchReplay.Result of = VerdictReplay.of(events);
                                said.put("verdicts", of.replayed());
                                count += of.replayed();
                                differences.addAll(of.differences());
                            }
                            return count;
                        });
        said.put("replayed", replayed);
        said.put("differences", differences);
        parent.print(said);
        return differences.isEmpty() ? 0 : 1;
    }
}
