package dev.retort.examples.plan;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.optimum.ComputeOptimum;
import dev.retort.planning.optimum.Demand;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.LifetimeOptimum;
import dev.retort.planning.optimum.LifetimeSensitivity;
import dev.retort.planning.optimum.Limits;
import dev.retort.planning.optimum.OverTraining;
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
import java.time.Duration;
import java.util.ArrayList;
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
            "The budget is --budget in FLOPs, or --loss, or what --deadline gives --devices.",
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
            description = "The loss to reach instead of a budget.")
    private @Nullable Double loss;

    @Mixin private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Until when the devices must be done: 30d, 12h.")
    private @Nullable Duration deadline;

    @Option(
            names = "--max-parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "The largest model, such as what the serving devices hold.")
    private @Nullable Double maxParameters;

    @Option(
            names = "--max-tokens",
            paramLabel = "D",
            converter = QuantityOption.class,
            description = "The tokens there are.")
    private @Nullable Double maxTokens;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = QuantityOption.class,
            description =
                    "Bytes of memory of a device, such as 80G; all --devices together hold the state"
                            + " of the model in training.")
    private @Nullable Double memory;

    @Option(
            names = "--bytes-per-parameter",
            paramLabel = "B",
            defaultValue = "16",
            description =
                    "Bytes of that state a parameter; default ${DEFAULT-VALUE}, Adam in mixed"
                            + " precision.")
    private double bytesPerParameter;

    @Option(
            names = "--input-tokens",
            paramLabel = "D",
            converter = QuantityOption.class,
            description = "Tokens that the model will read in its life.")
    private @Nullable Double inputTokens;

    @Option(
            names = "--output-tokens",
            paramLabel = "D",
            converter = QuantityOption.class,
            description = "Tokens that it will write in its life.")
    private @Nullable Double outputTokens;

    @Option(
            names = "--input-mfu",
            paramLabel = "SHARE",
            description = "MFU of reading; default that of training.")
    private @Nullable Double inputMfu;

    @Option(
            names = "--output-mfu",
            paramLabel = "SHARE",
            description = "MFU of writing; default that of training.")
    private @Nullable Double outputMfu;

    @Option(
            names = "--input-price",
            paramLabel = "P",
            description = "Price of a device-hour of reading; default that of training.")
    private @Nullable Double inputPrice;

    @Option(
            names = "--output-price",
            paramLabel = "P",
            description = "Price of a device-hour of writing; default that of training.")
    private @Nullable Double outputPrice;

    @Option(
            names = "--model",
            paramLabel = "N:D",
            split = ",",
            description =
                    "Also show what training this model costs over the optimum, such as 8B:15T.")
    private List<String> models = List.of();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        Optional<DeviceFleet> fleet = devices.fleet();
        if (devices.count() != 1 && fleet.isEmpty() && memory == null) {
            throw new PlanningException(
                    "expected --device, --peak or --memory with --devices, found none");
        }
        LawOptions.Source source = laws.law();
        FlopConvention convention = laws.reading.convention();
        double flops = flops(source.law(), convention, fleet);
        laws.requireWithinRuns(flops);
        TrainingPlan plan = TrainingPlan.of(source.law(), convention, flops, fleet, limits());
        List<OverTraining> overTraining =
                Target.of(models).stream()
                        .map(
                                m ->
                                        OverTraining.of(
                                                source.law(),
                                                convention,
                                                m.parameters(),
                                                m.tokens()))
                        .toList();
        // What is asked of others is what the plan spends, after deadline and limits.
        double spent = plan.model().flops();
        List<TermPrices> prices = prices(fleet);
        Limits limits = limits();
        OptimumReport report =
                new OptimumReport(
                        source,
                        convention,
                        plan,
                        source.fit().map(fit -> PlanFromFit.of(fit, spent)),
                        flopsNeeded(source),
                        PlanFromFit.published(spent),
                        prices.stream()
                                .map(
                                        each ->
                                                LifetimeOptimum.reaching(
                                                        source.law(),
                                                        convention,
                                                        plan.model().loss(),
                                                        demand(),
                                                        each,
                                                        limits,
                                                        fleet))
                                .toList(),
                        prices.stream()
                                .reduce((_, last) -> last)
                                .map(
                                        last ->
                                                LifetimeSensitivity.of(
                                                        source.fit(),
                                                        plan.model(),
                                                        demand(),
                                                        last,
                                                        limits,
                                                        fleet)),
                        overTraining,
                        devices.currency());
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    private double flops(
            ParametricLaw law, FlopConvention convention, Optional<DeviceFleet> fleet) {
        if (budget != null && loss != null) {
            throw new PlanningException("expected one of --budget and --loss, found both");
        }
        if (budget != null) {
            return budget;
        }
        if (loss != null) {
            return ComputeOptimum.reaching(law, convention, loss).flops();
        }
        if (deadline != null && fleet.isPresent()) {
            return fleet.get().flopsWithin(deadline);
        }
        throw new PlanningException(
                "expected --budget, --loss, or --deadline with devices, found none");
    }

    /** How sure the FLOPs are that a loss takes; empty for a budget or without a fit. */
    private Optional<Interval> flopsNeeded(LawOptions.Source source) {
        if (loss == null) {
            return Optional.empty();
        }
        double target = loss;
        return source.fit().map(fit -> PlanFromFit.flopsReaching(fit, target));
    }

    private Limits limits() {
        Limits limits = Limits.NONE;
        if (deadline != null) {
            limits = limits.withDeadline(deadline);
        }
        if (maxParameters != null) {
            limits = limits.withMostParameters(maxParameters);
        }
        if (memory != null) {
            limits = limits.withTrainingMemory(memory * devices.count(), bytesPerParameter);
        }
        return maxTokens == null ? limits : limits.withMostTokens(maxTokens);
    }

    private Demand demand() {
        return new Demand(
                inputTokens == null ? 0 : inputTokens, outputTokens == null ? 0 : outputTokens);
    }

    /** What cannot count is refused: a plan that leaves out a given price misleads. */
    private void checkUse(boolean hasFleet) {
        checkUse("--input-mfu", inputMfu, "--input-tokens", inputTokens, hasFleet);
        checkUse("--output-mfu", outputMfu, "--output-tokens", outputTokens, hasFleet);
        checkUse("--input-price", inputPrice, "--input-tokens", inputTokens, hasFleet);
        checkUse("--output-price", outputPrice, "--output-tokens", outputTokens, hasFleet);
        if ((inputPrice != null || outputPrice != null) && !devices.hasPrice()) {
            throw new PlanningException(
                    "expected --price, that of training, with %s, found none"
                            .formatted(inputPrice != null ? "--input-price" : "--output-price"));
        }
    }

    private static void checkUse(
            String option,
            @Nullable Double value,
            String use,
            @Nullable Double tokens,
            boolean hasFleet) {
        if (value != null && tokens == null) {
            throw new PlanningException("expected %s with %s, found none".formatted(use, option));
        }
        if (value != null && !hasFleet) {
            throw new PlanningException(
                    "expected --device or --peak with %s, found neither".formatted(option));
        }
    }

    /** FLOPs, device-hours, and energy and money where they are known; none without use. */
    private List<TermPrices> prices(Optional<DeviceFleet> fleet) {
        checkUse(fleet.isPresent());
        if (inputTokens == null && outputTokens == null) {
            return List.of();
        }
        List<TermPrices> prices = new ArrayList<>(List.of(TermPrices.FLOPS));
        if (fleet.isPresent()) {
            DeviceFleet training = fleet.get();
            DeviceFleet input = devices.term(training, inputMfu, inputPrice);
            DeviceFleet writing = devices.term(training, outputMfu, outputPrice);
            prices.add(TermPrices.deviceHours(training, input, writing));
            if (training.watts().isPresent()) {
                prices.add(TermPrices.energy(training, input, writing));
            }
            if (training.pricePerHour().isPresent()) {
                prices.add(TermPrices.money(devices.currency(), training, input, writing));
            }
        }
        return prices;
    }
}
