package dev.retort.examples.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.planning.PlanningException;
import dev.retort.planning.optimum.DeviceFleet;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The devices that train. */
final class DeviceOptions {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many devices train together; default ${DEFAULT-VALUE}.")
    private int devices;

    @Mixin private final DeviceKind kind = new DeviceKind();

    @Mixin private final DeviceCost cost = new DeviceCost();

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            description = "The share of the peak that training reaches, 0 to 1.")
    private @Nullable Double mfu;

    @Option(
            names = "--mfu-from",
            paramLabel = "FILE",
            description =
                    "Take the MFU over all time that a run measured, from the JSON lines that it"
                            + " exported.")
    private @Nullable Path measured;

    String currency() {
        return cost.currency();
    }

    int count() {
        return devices;
    }

    boolean hasPrice() {
        return cost.price().isPresent();
    }

    Optional<DeviceFleet> fleet(Given given) throws IOException {
        kind.check(given);
        cost.check(given);
        if (!kind.isNamed()) {
            if (mfu != null || measured != null || cost.isGiven()) {
                throw new PlanningException(
                        "expected --peak or --device with an MFU, a power or a price, found"
                                + " neither");
            }
            return Optional.empty();
        }
        return Optional.of(
                new DeviceFleet(devices, kind.peak(), mfu(), cost.watts(), cost.price()));
    }

    /** The same kind of device at another MFU and price. */
    DeviceFleet term(DeviceFleet training, @Nullable Double share, @Nullable Double otherPrice) {
        return new DeviceFleet(
                training.devices(),
                training.peakFlops(),
                share == null ? training.mfu() : share,
                training.watts(),
                otherPrice == null ? training.pricePerHour() : OptionalDouble.of(otherPrice));
    }

    private double mfu() throws IOException {
        if (mfu != null && measured != null) {
            throw new PlanningException("expected one of --mfu and --mfu-from, found both");
        }
        if (measured != null) {
            return measured(measured);
        }
        if (mfu == null) {
            throw new PlanningException(
                    "expected --mfu or --mfu-from with a device, found neither: plans need the share"
                            + " of the peak that is reached");
        }
        return mfu;
    }

    private static double measured(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.reversed()) {
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode share =
                        JSON.readTree(line).path("figures").path("run_mfu_ratio").path("wall");
                if (share.isNumber()) {
                    return share.doubleValue();
                }
            } catch (JsonProcessingException _) {
                throw new PlanningException(
                        "expected JSON lines of a run in %s, found other text".formatted(file));
            }
        }
        throw new PlanningException(
                "expected a measured MFU (run_mfu_ratio, wall) in %s, found none".formatted(file));
    }
}
