package dev.retort.distill.report;

import dev.retort.distill.report.ReportDocument.Cost;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.distill.report.ReportDocument.SeedEntry;
import dev.retort.distill.report.ReportDocument.Training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be said beside the costs of trainings, in words. */
public final class CostSentences {
    private CostSentences() {}

    /**
     * Which costs do not compare with the others, since trainings were resumed, which of theirs
     * were not measured for long enough, and which are not known, since ledgers were cut or lost or
     * could not be read.
     *
     * @param report the report
     * @return a few sentences, or none
     */
    public static List<String> of(ReportDocument report) {
        List<String> sentences = new ArrayList<>();
        resumed(report).ifPresent(sentences::add);
        sentences.addAll(unmeasured(report));
        cut(report).ifPresent(sentences::add);
        return sentences;
    }

    /**
     * A cost that is known, for what is alike in all.
     *
     * @param report the report
     * @return the cost of the last role that has one; empty where no ledger tells any
     */
    public static Optional<Cost> anyKnown(ReportDocument report) {
        for (ModelEntry model : report.models().reversed()) {
            Cost cost = model.cost();
            if (cost != null) {
                return Optional.of(cost);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> resumed(ReportDocument report) {
        List<String> roles = new ArrayList<>();
        for (ModelEntry model : report.models()) {
            Cost cost = model.cost();
            if (cost != null && cost.resumed()) {
                roles.add(model.role());
            }
        }
        return roles.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Resumed: %s. Wall time has in it what was done twice, the start of each process, and, as recovery, the time from a kill to the next start; samples a second leave recovery out, and do not compare with those of a training that nobody interrupted."
                                .formatted(String.join(", ", roles)));
    }

    /** Why the processor's figures of a training are missing. */
    private static List<String> unmeasured(ReportDocument report) {
        List<String> sentences = new ArrayList<>();
        for (ModelEntry model : report.models()) {
            Cost cost = model.cost();
            if (cost != null && cost.cpuUtilisation().absent() != null) {
                sentences.add(
                        "CPU and memory of %s are absent: %s."
                                .formatted(model.role(), cost.cpuUtilisation().absent()));
            }
        }
        return sentences;
    }

    private static Optional<String> cut(ReportDocument report) {
        List<String> trainings = new ArrayList<>();
        for (SeedEntry seed : report.seeds()) {
            for (Training training : seed.trainings()) {
                if (training.wallSeconds() == null) {
                    trainings.add("%s of seed %d".formatted(training.role(), seed.seed()));
                }
            }
        }
        return trainings.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Not known: what these took, whose ledger.jsonl was cut or lost or could not be read and does not reach the checkpoint that was gone on from: %s; no figure of cost has them in it."
                                .formatted(String.join(", ", trainings)));
    }
}
