package dev.retort.examples.plan;

import dev.retort.device.Reading;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.figures.PeakTable;
import dev.retort.planning.PlanningException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What one device is: its peak, its power and its price. */
final class DeviceKind {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "A device of the table of peaks, such as 'NVIDIA H100 80GB HBM3'.")
    private @Nullable String device;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "BF16",
            description = "The data type of its peak; default bf16.")
    private Precision precision;

    @Option(
            names = "--peak",
            paramLabel = "FLOPS",
            converter = QuantityOption.class,
            description = "The peak of a device in FLOP/s, instead of --device, such as 989T.")
    private @Nullable Double peak;

    @Option(
            names = "--watts",
            paramLabel = "W",
            description = "Power of a device with its share of the host, for energy.")
    private @Nullable Double watts;

    @Option(names = "--price", paramLabel = "P", description = "Price of a device-hour, for money.")
    private @Nullable Double price;

    @Option(
            names = "--currency",
            paramLabel = "CODE",
            defaultValue = "USD",
            description = "The currency of prices; default ${DEFAULT-VALUE}.")
    private String currency;

    /** Whether a device was given at all. */
    boolean isNamed() {
        return device != null || peak != null;
    }

    /** Whether anything but the currency and the data type was given. */
    boolean isGiven() {
        return isNamed() || watts != null || price != null;
    }

    /** FLOP/s. */
    double peak() {
        if (peak != null && device != null) {
            throw new PlanningException("expected one of --peak and --device, found both");
        }
        if (peak != null) {
            return peak;
        }
        if (device == null) {
            throw new PlanningException("expected --peak or --device, found neither");
        }
        return switch (PeakTable.standard().flopsPerSecond(device, precision)) {
            case Reading.Measured known -> known.value();
            case Reading.Absent absent ->
                    throw new PlanningException(
                            "expected --peak or a device of the table (%s), found that %s"
                                    .formatted(
                                            String.join(", ", PeakTable.standard().devices()),
                                            absent.reason()));
        };
    }

    /** The device of the table with its data type; none where its peak was given. */
    Optional<String> name() {
        return Optional.ofNullable(device)
                .map(each -> each + ", " + precision.name().toLowerCase(Locale.ROOT));
    }

    /** Watts, if given. */
    OptionalDouble watts() {
        return optional(watts);
    }

    /** Money a device-hour, if given. */
    OptionalDouble price() {
        return optional(price);
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    String currency() {
        return currency;
    }

    /** Refuses a power or a price that is none. */
    void check() {
        if (watts != null) {
            PlanningException.requirePositive("--watts", watts);
        }
        if (price != null) {
            PlanningException.requirePositive("--price", price);
        }
    }
}
