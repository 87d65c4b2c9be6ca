package dev.retort.examples.plan;

import dev.retort.device.Reading;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.figures.PeakTable;
import dev.retort.planning.PlanningException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.Locale;
import java.util.Optional;

/** What one device is: its peak. */
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
            description = "The data type of the peak of --device; default bf16.")
    private Precision precision;

    @Option(
            names = "--peak",
            paramLabel = "FLOPS",
            converter = QuantityOption.class,
            description = "Peak of a device in FLOP/s, instead of --device, such as 989T.")
    private @Nullable Double peak;

    /** Whether a device was given at all. */
    boolean isNamed() {
        return device != null || peak != null;
    }

    /** FLOP/s. */
    double peak() {
        if (peak != null && device != null) {
            throw new PlanningException("expected one of --peak and --device, found both");
        }
        if (peak != null) {
            ServedUnits.checkPeak(peak);
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

    /** Refuses a data type of no device of the table. */
    void check(Given given) {
        given.refuseWithout("--device", "--precision");
    }
}
