package dev.retort.examples.lab;

import dev.retort.experiment.Decision;
import dev.retort.experiment.schedule.Automation;

import picocli.CommandLine.Option;

import java.util.Map;

/** What may be done without a person. */
final class AutomationOptions {
    /** What rules may do. */
    enum Mode {
        ACT,
        ADVISE
    }

    @Option(
            names = "--automation",
            paramLabel = "MODE",
            defaultValue = "ACT",
            description = {
                "Whether rules act (act, the default) or only advise",
                "(advise), as \"lab automation\" shows: to retry, shrink_batch,",
                "prune, stop_diverged, preempt, pack or unpack."
            })
    private Mode mode;

    @Option(
            names = "--limit",
            paramLabel = "KIND=N",
            split = ",",
            description =
                    "How often a rule may act on the runs of an experiment, such as retry=3, also"
                            + " where the others only advise; 0 to only advise; may be repeated.")
    private Map<Decision.Kind, Integer> limits = Map.of();

    Automation automation() {
        Automation automation =
                mode == Mode.ADVISE ? Automation.advisory() : Automation.unlimited();
        for (Map.Entry<Decision.Kind, Integer> limit : limits.entrySet()) {
            automation = automation.limiting(limit.getKey(), limit.getValue());
        }
        return automation;
    }
}
