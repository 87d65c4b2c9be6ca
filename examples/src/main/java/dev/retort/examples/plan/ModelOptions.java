package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.efficiency.report.Numbers;
import dev.retort.planning.PlanningException;
import dev.retort.planning.inference.Attention;
import dev.retort.planning.inference.DeviceRoofs;
import dev.retort.planning.inference.ElementFormat;
import dev.retort.planning.inference.ServingCost;
import dev.retort.planning.inference.TransformerSpec;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Locale;

/** A model and the devices that serve it. */
final class ModelOptions {
    /** Formats by name. */
    @SuppressWarnings("ImmutableEnumChecker") // Records of numbers.
    enum Format {
        FP32(ElementFormat.FP32),
        BF16(ElementFormat.BF16),
        FP8(ElementFormat.FP8),
        INT8(ElementFormat.INT8),
        INT4(ElementFormat.INT4);

        private final ElementFormat format;

        Format(ElementFormat format) {
            this.format = format;
        }
    }

    @Option(
            names = "--parameters",
            paramLabel = "N",
            required = true,
            converter = QuantityOption.class,
            description = "Parameters of the model, such as 70B.")
    private double parameters;

    @Option(
            names = "--active-parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "Those that a token passes, in a mixture of experts; default all.")
    private @Nullable Double active;

    @Option(
            names = "--layers",
            paramLabel = "L",
            required = true,
            description = "Blocks with attention.")
    private long layers;

    @Option(names = "--heads", paramLabel = "H", required = true, description = "Query heads.")
    private long heads;

    @Option(
            names = "--kv-heads",
            paramLabel = "H",
            description = "Key-value heads (GQA); default as many as query heads (MHA).")
    private @Nullable Long keyValueHeads;

    @Option(
            names = "--head-dim",
            paramLabel = "D",
            defaultValue = "128",
            description =
                    "Width of a head, with --mla without its rotary key; default"
                            + " ${DEFAULT-VALUE}.")
    private long headDimension;

    @Option(
            names = "--mla",
            paramLabel = "LATENT+ROPE",
            description =
                    "Multi-head latent attention instead, such as 512+64; prompts are read with"
                            + " heads of --head-dim.")
    private @Nullable String latent;

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            defaultValue = "BF16",
            description =
                    "How weights are kept: fp32, bf16 (default), fp8, int8, int4. Scales of groups"
                            + " of 64 add 3.1 %% to int8 and, with zero points, 12.5 %% to int4.")
    private Format weights;

    @Option(
            names = "--cache",
            paramLabel = "FORMAT",
            defaultValue = "BF16",
            description = "How the key-value cache is kept: the same; default bf16.")
    private Format cache;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "1",
            description = "Devices that hold the model together; default ${DEFAULT-VALUE}.")
    private int devices;

    @Mixin private final DeviceKind kind = new DeviceKind();

    @Option(
            names = "--reached",
            paramLabel = "SHARE",
            defaultValue = "1",
            description =
                    "The share of both roofs that is reached; default 1: a bound, not a forecast.")
    private double reached;

    @Option(
            names = "--bandwidth",
            paramLabel = "BYTES",
            required = true,
            converter = QuantityOption.class,
            description = "Bytes a second of a device's memory, such as 3.35T.")
    private double bandwidth;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            required = true,
            converter = QuantityOption.class,
            description = "Bytes of a device's memory, such as 80G.")
    private double memory;

    int devices() {
        return devices;
    }

    ServingCost cost(Given given) {
        given.refuseWith("--mla", "--kv-heads");
        kind.check(given);
        if (!(reached > 0 && reached <= 1)) {
            throw new PlanningException(
                    "expected a share of the roofs above 0 and at most 1, found " + reached);
        }
        ServedUnits.checkParameters("--parameters", parameters);
        if (active != null) {
            ServedUnits.checkParameters("--active-parameters", active);
        }
        ServedUnits.checkBandwidth(bandwidth);
        ServedUnits.checkMemory(memory);
        DeviceRoofs roofs =
                new DeviceRoofs(kind.peak() * reached, bandwidth * reached, memory).times(devices);
        return new ServingCost(model(attention()), roofs);
    }

    TransformerSpec model(Attention attention) {
        return new TransformerSpec(
                parameters,
                active == null ? parameters : active,
                layers,
                attention,
                weights.format,
                cache.format);
    }

    /** What the devices are taken to be, one sentence. */
    String assumptions() {
        return "%s, peak %s FLOP/s, memory of %s bytes at %s bytes/s; %s%s of both roofs is reached."
                .formatted(
                        kind.name().orElse("Each device"),
                        Output.number(kind.peak()),
                        Output.number(memory),
                        Output.number(bandwidth),
                        devices == 1
                                ? ""
                                : "%d devices together %s bytes; "
                                        .formatted(devices, Output.number(devices * memory)),
                        Numbers.percent(reached, 1));
    }

    ObjectNode assumed() {
        ObjectNode node = Output.object();
        kind.name().ifPresent(name -> node.put("device", name));
        Output.put(node, "peakFlopsPerSecond", kind.peak());
        Output.put(node, "bandwidthBytesPerSecond", bandwidth);
        Output.put(node, "memoryBytes", memory);
        node.put("devices", devices);
        Output.put(node, "memoryBytesOfAllDevices", devices * memory);
        Output.put(node, "reachedShare", reached);
        return node;
    }

    String label() {
        String attention =
                latent != null
                        ? "MLA " + latent
                        : keyValueHeads == null || keyValueHeads == heads
                                ? "MHA, " + heads + " heads"
                                : "GQA, " + heads + " heads, " + keyValueHeads + " key-value heads";
        return "%s parameters, %d layers, %s, weights %s, cache %s, %d device%s"
                .formatted(
                        Output.number(parameters),
                        layers,
                        attention,
                        weights.name().toLowerCase(Locale.ROOT),
                        cache.name().toLowerCase(Locale.ROOT),
                        devices,
                        devices == 1 ? "" : "s");
    }

    Attention attention() {
        if (latent == null) {
            return new Attention.Grouped(
                    heads, keyValueHeads == null ? heads : keyValueHeads, headDimension);
        }
        String[] parts = latent.split("\\+", -1);
        String expected =
                "expected the widths of latent and rotary key such as 512+64, found " + latent;
        if (parts.length != 2) {
            throw new PlanningException(expected);
        }
        try {
            return new Attention.Latent(
                    heads, Long.parseLong(parts[0]), Long.parseLong(parts[1]), headDimension);
        } catch (NumberFormatException _) {
            throw new PlanningException(expected);
        }
    }
}
