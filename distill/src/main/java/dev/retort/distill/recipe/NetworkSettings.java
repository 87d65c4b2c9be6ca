package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import dev.retort.distill.Networks;

import java.util.List;

/** A network by its kind and widths. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NetworkSettings.Mlp.class, name = "mlp"),
    @JsonSubTypes.Type(value = NetworkSettings.Convolutional.class, name = "convolutional"),
    @JsonSubTypes.Type(value = NetworkSettings.Residual.class, name = "residual")
})
public sealed interface NetworkSettings {
    /**
     * Makes the network.
     *
     * @param classes the number of classes
     * @return a block, not initialised
     */
    Block network(int classes);

    /**
     * Whether the network takes images alone.
     *
     * @return true for one of convolutions
     */
    boolean takesImages();

    /**
     * The same kind of network, wider or narrower.
     *
     * @param factor what each width is multiplied by, above 0; none becomes less than 1
     * @return the network
     */
    NetworkSettings scaled(double factor);

    /**
     * {@link Networks#mlp}.
     *
     * @param hidden units of each hidden layer
     */
    record Mlp(List<Integer> hidden) implements NetworkSettings {
        /** Checks the widths. */
        public Mlp {
            hidden = List.copyOf(requireNonNull(hidden, "expected hidden, found none"));
            hidden.forEach(width -> requireWidth("hidden", width));
        }

        @Override
        public Block network(int classes) {
            return Networks.mlp(widths(hidden), classes);
        }

        @Override
        public boolean takesImages() {
            return false;
        }

        @Override
        public NetworkSettings scaled(double factor) {
            return new Mlp(NetworkSettings.scaled(hidden, factor));
        }

        @Override
        public String toString() {
            return "mlp " + hidden;
        }
    }

    /**
     * {@link Networks#convolutional}.
     *
     * @param first channels of the first convolution
     * @param second channels of the second convolution
     * @param hidden units of the hidden layer
     */
    record Convolutional(int first, int second, int hidden) implements NetworkSettings {
        /** Checks the widths. */
        public Convolutional {
            requireWidth("first", first);
            requireWidth("second", second);
            requireWidth("hidden", hidden);
        }

        @Override
        public Block network(int classes) {
            return Networks.convolutional(first, second, hidden, classes);
        }

        @Override
        public boolean takesImages() {
            return true;
        }

        @Override
        public NetworkSettings scaled(double factor) {
            return new Convolutional(
                    NetworkSettings.scaled(first, factor),
                    NetworkSettings.scaled(second, factor),
                    NetworkSettings.scaled(hidden, factor));
        }

        @Override
        public String toString() {
            return "convolutional %d, %d, %d".formatted(first, second, hidden);
        }
    }

    /**
     * {@link Networks#residual}.
     *
     * @param first channels of the first convolution
     * @param widths channels of each residual block
     */
    record Residual(int first, List<Integer> widths) implements NetworkSettings {
        /** Checks the widths. */
        public Residual {
            requireWidth("first", first);
            widths = List.copyOf(requireNonNull(widths, "expected widths, found none"));
            widths.forEach(width -> requireWidth("widths", width));
        }

        @Override
        public Block network(int classes) {
            return Networks.residual(first, NetworkSettings.widths(widths), classes);
        }

        @Override
        public boolean takesImages() {
            return true;
        }

        @Override
        public NetworkSettings scaled(double factor) {
            return new Residual(
                    NetworkSettings.scaled(first, factor), NetworkSettings.scaled(widths, factor));
        }

        @Override
        public String toString() {
            return "residual %d, %s".formatted(first, widths);
        }
    }

    private static int scaled(int width, double factor) {
        return (int) Math.max(1, Math.round(width * factor));
    }

    private static List<Integer> scaled(List<Integer> widths, double factor) {
        return widths.stream().map(width -> scaled(width, factor)).toList();
    }

    private static int[] widths(List<Integer> widths) {
        return widths.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void requireWidth(String name, int width) {
        if (width < 1) {
            throw new IllegalArgumentException(
                    "expected a width of at least 1 for %s, found %d".formatted(name, width));
        }
    }
}
