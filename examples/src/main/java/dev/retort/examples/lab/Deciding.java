package dev.retort.examples.lab;

import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Shortcomings;
import dev.retort.experiment.lab.Verdicts;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs an experiment seed by seed until its hypotheses are decided. */
record Deciding(Lab lab, EventStore events, Workers workers, PrintWriter err) {
    /**
     * Runs, judges and records.
     *
     * @param store where experiments are kept, as the user said it
     * @param experiment its name
     * @return the findings, all final
     * @throws RefusedException if runs cannot be done, or find nothing
     */
    List<Finding> decide(String store, String experiment) {
        Verdicts verdicts = new Verdicts(lab);
        Workers.tellOfEnds(events, err);
        int judged = 0;
        Set<String> told = new HashSet<>();
        while (true) {
            RunFilter whose = RunFilter.ofExperiment(experiment);
            refuseFirst(workers.workUntilIdle(events, store, whose));
            refuseFirst(Shortcomings.of(lab, whose));
            List<Finding> findings = verdicts.record(experiment);
            findings.stream()
                    .flatMap(finding -> finding.leftOut().stream())
                    .filter(told::add)
                    .forEach(this::note);
            if (findings.stream().allMatch(Finding::isFinal)) {
                return findings;
            }
            int looked = findings.stream().mapToInt(Deciding::looked).max().orElse(0);
            if (looked == judged) {
                throw new RefusedException(
                        "experiment "
                                + experiment
                                + " stays at "
                                + judged
                                + " seeds: the runs of the next one do not end; see \"retort lab"
                                + " list\"");
            }
            judged = looked;
            addSeeds(experiment, findings);
        }
    }

    private static void refuseFirst(List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new RefusedException(wrong.getFirst());
        }
    }

    private void note(String sentence) {
        err.println(sentence);
        err.flush();
    }

    private static int looked(Finding finding) {
        return finding.seeds() + finding.leftOut().size();
    }

    private void addSeeds(String experiment, List<Finding> findings) {
        int count =
                findings.stream()
                        .mapToInt(Finding::missing)
                        .filter(missing -> missing > 0)
                        .min()
                        .orElseThrow();
        long last =
                lab.runs(RunFilter.ofExperiment(experiment)).stream()
                        .mapToLong(view -> view.run().seed())
                        .max()
                        .orElse(0);
        for (int i = 1; i <= count; i++) {
            lab.addSeed(experiment, last + i);
        }
    }
}
