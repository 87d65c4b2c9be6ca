package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.optimum.Demand;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.TermPrices;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How much a model will be used, and what using it costs. */
final class UseOptions {
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
            description = "MFU of reading, 0 to 1; default that of training.")
    private @Nullable Double inputMfu;

    @Option(
            names = "--output-mfu",
            paramLabel = "SHARE",
            description = "MFU of writing; default that of training.")
    private @Nullable Double outputMfu;

    @Option(
            names = "--input-price",
            paramLabel = "P",
            description = "Price of a device-hour of reading in --currency; default --price.")
    private @Nullable Double inputPrice;

    @Option(
            names = "--output-price",
            paramLabel = "P",
            description = "Price of a device-hour of writing in --currency; default --price.")
    private @Nullable Double outputPrice;

    Demand demand() {
        return new Demand(
                inputTokens == null ? 0 : inputTokens, outputTokens == null ? 0 : outputTokens);
    }

    /** FLOPs, device-hours, and energy and money where they are known; none without use. */
    List<TermPrices> prices(DeviceOptions devices, Optional<DeviceFleet> fleet) {
        check(devices, fleet.isPresent());
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

    /** What cannot count is refused: a plan that leaves out a given price misleads. */
    private void check(DeviceOptions devices, boolean hasFleet) {
        check("--input-mfu", inputMfu, "--input-tokens", inputTokens, hasFleet);
        check("--output-mfu", outputMfu, "--output-tokens", outputTokens, hasFleet);
        check("--input-price", inputPrice, "--input-tokens", inputTokens, hasFleet);
        check("--output-price", outputPrice, "--output-tokens", outputTokens, hasFleet);
        if ((inputPrice != null || outputPrice != null) && !devices.hasPrice()) {
            throw new PlanningException(
                    "expected --price, that of training, with %s, found none"
                            .formatted(inputPrice != null ? "--input-price" : "--output-price"));
        }
    }

    private static void check(
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
}
