package dev.retort.examples.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.PackingReplay;
import dev.retort.experiment.lab.Replayed;
import dev.retort.experiment.lab.SearchReplay;
import dev.retort.experiment.lab.VerdictReplay;
import dev.retort.experiment.store.EventStore;

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
            "Make every verdict, every trial and decision of searches, and every decision on which"
                    + " runs share a device once more from the log: each has to come out the same,"
                    + " bit for bit.",
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
        List<String> differences = new ArrayList<>();
        Map<String, Object> counts = parent.open((lab, events) -> replay(lab, events, differences));
        counts.put("differences", differences);
        parent.print(counts);
        return differences.isEmpty() ? 0 : 1;
    }

    private Map<String, Object> replay(Lab lab, EventStore events, List<String> differences) {
        Map<String, Object> counts = new LinkedHashMap<>();
        String name = search;
        List<String> searches =
                (name == null ? lab.experiments() : List.of(Named.search(lab, name)))
                        .stream()
                                .filter(each -> each.search() != null)
                                .map(Experiment::id)
                                .toList();
        count("decisions of searches", SearchReplay.of(events, searches), counts, differences);
        if (name == null) {
            count("verdicts", VerdictReplay.of(events), counts, differences);
            count("decisions on shared devices", PackingReplay.of(events), counts, differences);
        }
        return counts;
    }

    private static void count(
            String what, Replayed replay, Map<String, Object> counts, List<String> differences) {
        counts.put(what, replay.count());
        differences.addAll(replay.differences());
    }
}
