package dev.retort.examples.lab;

import dev.retort.examples.Seconds;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.schedule.SchedulerOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What runs cost, who gets how much of the devices, and how long others are waited for. */
final class SharingOptions {
    @Option(
            names = "--price",
            paramLabel = "PRICE",
            description =
                    "What an hour of a device costs, or of a core for runs without any, in the"
                            + " currency of budgets of money.")
    private @Nullable Double price;

    @Option(
            names = "--share",
            paramLabel = "TEAM=WEIGHT",
            split = ",",
            description =
                    "How much a team gets against the others, such as vision=2 (default: 1 each);"
                            + " may be repeated.")
    private Map<String, Double> shares = Map.of();

    @Option(
            names = "--lease",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "20",
            description =
                    "Seconds without a sign of life, 0.1 to 60, after which the attempts of another"
                            + " scheduler are taken over (default: ${DEFAULT-VALUE}).")
    private Duration lease;

    @Option(
            names = "--grace",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "30",
            description =
                    "Seconds, 0.1 to 60, that an attempt has to save its state when it is asked to"
                            + " stop (default: ${DEFAULT-VALUE}).")
    private Duration grace;

    /** The same options with these. */
    SchedulerOptions on(SchedulerOptions options) {
        Double perHour = price;
        LabCommand.checkPrice(perHour);
        return options.withTimes(lease, grace, options.patience())
                .withShares(shares)
                .withPricePerDeviceHour(perHour == null ? 0 : perHour);
    }

    /**
     * Refuses budgets of money that would never bind.
     *
     * @throws IllegalArgumentException if one is there without a price
     */
    void requirePrice(Lab lab, RunFilter whose) {
        requirePrice(price, lab, whose);
    }

    /**
     * Refuses budgets of money of which nothing can be said.
     *
     * @throws IllegalArgumentException if one is there without a price
     */
    static void requirePrice(@Nullable Double price, Lab lab, RunFilter whose) {
        if (price != null) {
            return;
        }
        List<Hypothesis> hypotheses = lab.hypotheses();
        for (Experiment experiment : lab.experiments()) {
            if (whose.fits(experiment) && hasMoney(experiment, hypotheses)) {
                throw new IllegalArgumentException(
                        "experiment "
                                + experiment.id()
                                + " has a budget of money: expected --price, what an hour of a"
                                + " device costs");
            }
        }
    }

    private static boolean hasMoney(Experiment experiment, List<Hypothesis> hypotheses) {
        return isMoney(experiment.budget())
                || hypotheses.stream()
                        .filter(each -> experiment.hypotheses().contains(each.id()))
                        .anyMatch(each -> isMoney(each.budget()));
    }

    private static boolean isMoney(Budget budget) {
        return budget.money() != null;
    }
}
