package dev.retort.examples.plan;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.Goal;
import dev.retort.planning.optimum.LifetimeOptimum;
import dev.retort.planning.optimum.LifetimeSensitivity;
import dev.retort.planning.optimum.Limits;
import dev.retort.planning.optimum.OverTrainingSensitivity;
import dev.retort.planning.optimum.PlanFromFit;
import dev.retort.planning.optimum.TermPrices;
import dev.retort.planning.optimum.TrainingPlan;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code retort plan optimum}: the model and data for a budget. */
@Command(
        name = "optimum",
        sortOptions = false,
        description = {
            "The best model and amount of data for a budget: for training alone, within limits, and"
                    + " over training and use."
        },
        footer = {
            "",
            "The budget is --budget in FLOPs, or --loss, or what --deadline gives --devices",
            "of a --device or --peak at an --mfu.",
            "",
            "Examples:",
            "  ./retort plan optimum --published besiroglu_2024 --budget 5.76e23",
            "  ./retort plan optimum --runs runs.csv --budget 1e23 --device 'NVIDIA H200'",
            "      --mfu 0.4 --devices 64 --price 3.5 --deadline 30d",
            "  ./retort plan optimum --published hoffmann_2022 --loss 2.1 --input-tokens 1T",
            "      --output-tokens 500B"
        })
final class OptimumCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private final LawOptions laws = new LawOptions();

    @Option(
            names = "--budget",
            paramLabel = "FLOPS",
            converter = QuantityOption.class,
            description = "The FLOPs of the training, such as 1e22.")
    private @Nullable Double budget;

    @Option(
            names = "--loss",
            paramLabel = "NATS",
            description =
                    "The loss to reach in nats a token instead of a budget, within the limits or not"
                            + " at all.")
    private @Nullable Double loss;

    @Mixin private final DeviceOptions devices = new DeviceOptions();

    @Mixin private final LimitOptions bounds = new LimitOptions();

    @Option(
            names = "--unique-tokens",
            paramLabel = "U",
            converter = QuantityOption.class,
            description =
                    "Also the optimum where only so many tokens differ and are repeated"
                            + " (Muennighoff et al. 2023).")
    private @Nullable Double uniqueTokens;

    @Mixin private final UseOptions use = new UseOptions();

    @Option(
            names = "--model",
            paramLabel = "N:D",
            split = ",",
            description =
                    "Also show what training this model costs over the optimum, such as 8B:15T: its"
                            + " over-training, which is D over the optimal D for the same FLOPs,"
                            + " the loss that it gives away, and its FLOPs over those that its loss"
                            + " needs.")
    private List<String> models = List.of();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        Given given = Given.of(spec);
        Optional<DeviceFleet> fleet = devices.fleet(given);
        Limits limits = bounds.limits(given, devices, fleet);
        Goal goal = goal(fleet);
        List<TermPrices> prices = use.prices(devices, fleet);
        if (uniqueTokens != null) {
            ServedUnits.checkTrained("--unique-tokens", uniqueTokens, "in tokens");
        }
        List<Target> trained = Target.of("--model", models);
        LawOptions.Source asked = laws.law(given);
        FlopConvention convention = laws.reading.convention();
        TrainingPlan plan = goal.plan(asked.law(), convention, fleet, limits);
        LawOptions.Source source = laws.extrapolated(asked, plan.model());
        laws.requireWithinRuns(goal, plan);
        OptimumReport report =
                new OptimumReport(
                        source,
                        convention,
                        plan,
                        fleet,
                        source.fit().map(fit -> PlanFromFit.of(fit, goal, fleet, limits)),
                        PlanFromFit.published(budget(goal, plan), fleet, limits),
                        goal instanceof Goal.Loss
                                ? Optional.of(PlanFromFit.published(goal, fleet, limits))
                                : Optional.empty(),
                        lifetimes(source, plan, prices, limits, fleet),
                        sensitivity(source, plan, prices, limits, fleet),
                        overTraining(source, convention, trained),
                        Optional.ofNullable(uniqueTokens)
                                .map(
                                        unique ->
                                                RepeatedPlan.of(
                                                        source.law(),
                                                        convention,
                                                        plan.model().flops(),
                                                        unique)),
                        devices.currency());
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    private Goal goal(Optional<DeviceFleet> fleet) {
        if (budget != null && loss != null) {
            throw new PlanningException("expected one of --budget and --loss, found both");
        }
        if (budget != null) {
            return new Goal.Budget(budget);
        }
        if (loss != null) {
            return new Goal.Loss(loss);
        }
        return new Goal.Budget(
                bounds.flops(fleet)
                        .orElseThrow(
                                () ->
                                        new PlanningException(
                                                "expected --budget, --loss, or --deadline with"
                                                        + " --device or --peak and --mfu, found"
                                                        + " none")));
    }

    /** What others are asked: the budget, or what the plan takes. */
    private static Goal budget(Goal goal, TrainingPlan plan) {
        return goal instanceof Goal.Budget ? goal : new Goal.Budget(plan.model().flops());
    }

    private List<LifetimeOptimum> lifetimes(
            LawOptions.Source source,
            TrainingPlan plan,
            List<TermPrices> prices,
            Limits limits,
            Optional<DeviceFleet> fleet) {
        return prices.stream()
                .map(
                        each ->
                                LifetimeOptimum.reaching(
                                        source.law(),
                                        laws.reading.convention(),
                                        plan.model().loss(),
                                        use.demand(),
                                        each,
                                        limits,
                                        fleet))
                .toList();
    }

    /** Of the last of the prices, which is money where there is one. */
    private Optional<LifetimeSensitivity> sensitivity(
            LawOptions.Source source,
            TrainingPlan plan,
            List<TermPrices> prices,
            Limits limits,
            Optional<DeviceFleet> fleet) {
        return prices.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        LifetimeSensitivity.of(
                                source.fit(),
                                plan.model(),
                                use.demand(),
                                prices.getLast(),
                                limits,
                                fleet));
    }

    private List<OverTrainingSensitivity> overTraining(
            LawOptions.Source source, FlopConvention convention, List<Target> trained) {
        return trained.stream()
                .map(
                        model ->
                                OverTrainingSensitivity.of(
                                        source.law(),
                                        convention,
                                        source.fit(),
                                        model.parameters(),
                                        model.tokens()))
                .toList();
    }
}
