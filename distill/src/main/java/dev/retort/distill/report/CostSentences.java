package dev.retort.distill.report;

import dev.retort.distill.report.ReportDocument.Cost;
import dev.retort.distill.report.ReportDocument.ModelEntry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be said beside the costs of trainings, in words. */
public final class CostSentences {
    private CostSentences() {}

    /**
     * Which costs do not compare with the others, since trainings were resumed.
     *
     * @param report the report
     * @return one sentence or two, or nothing
     */
    public static Optional<String> resumed(ReportDocument report) {
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
                        "Resumed: %s. Wall time and samples a second have in them what was done twice and the start of each process, and do not compare with those of a training that nobody interrupted."
                                .formatted(String.join(", ", roles)));
    }
}
