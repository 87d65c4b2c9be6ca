package dev.retort.distill.loss;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The losses of logits by name, each with the settings and weights of its authors or of the common
 * reproductions. What a command line or a configuration chooses from.
 */
public enum LogitLossKind {
    /** Hinton's loss: forward KL at a high temperature beside the labels. */
    HINTON("hinton", "Hinton et al. 2015: forward KL beside the labels", 4, 0.1, 0.9, Map.of()) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return KullbackLeibler.forward(temperature);
        }
    },

    /** Forward KL without labels. */
    KL("kl", "KL(teacher || student)", 1, 0, 1, Map.of()) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return KullbackLeibler.forward(temperature);
        }
    },

    /** Reverse KL without labels. */
    REVERSE_KL("reverse-kl", "KL(student || teacher), Gu et al. 2024", 1, 0, 1, Map.of()) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return KullbackLeibler.reverse(temperature);
        }
    },

    /** Generalised Jensen-Shannon divergence without labels. */
    JSD("jsd", "Jensen-Shannon, Agarwal et al. 2024", 1, 0, 1, Map.of("beta", 0.5)) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new JensenShannon(setting(settings, "beta"), temperature);
        }
    },

    /** Total variation distance without labels. */
    TVD("tvd", "total variation distance, Wen et al. 2023", 1, 0, 1, Map.of()) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new TotalVariation(temperature);
        }
    },

    /** Squared error of the logits without labels; the one kind that has no temperature. */
    MSE("mse", "squared error of the logits, Ba and Caruana 2014", Double.NaN, 0, 1, Map.of()) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new LogitSquaredError();
        }
    },

    /** Decoupled knowledge distillation. */
    DKD(
            "dkd",
            "decoupled distillation, Zhao et al. 2022",
            4,
            1,
            1,
            Map.of("alpha", 1.0, "beta", 8.0, LogitLossKind.WARM_UP, 20.0 / 240)) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new DecoupledDistillation(
                    setting(settings, "alpha"), setting(settings, "beta"), temperature);
        }
    },

    /** Relations within samples and within classes. */
    DIST(
            "dist",
            "correlations in samples and classes, Huang et al. 2022",
            1,
            1,
            1,
            Map.of("beta", 1.0, "gamma", 1.0)) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new RelationMatching(
                    setting(settings, "beta"), setting(settings, "gamma"), temperature);
        }
    },

    /** Label smoothing from a virtual teacher. */
    TF_KD(
            "tf-kd",
            "label smoothing from a virtual teacher, Yuan et al. 2020",
            20,
            0.9,
            0.1,
            Map.of("correct", 0.99)) {
        @Override
        LogitLoss create(double temperature, Map<String, Double> settings) {
            return new VirtualTeacher(setting(settings, "correct"), temperature);
        }
    };

    /** The setting that every kind has: the share of the steps in which its weight rises. */
    public static final String WARM_UP = "warm-up";

    private final String label;
    private final String description;
    private final double temperature;
    private final double hardWeight;
    private final double softWeight;

    @SuppressWarnings("ImmutableEnumChecker") // Never changed, and handed out as copies only.
    private final Map<String, Double> settings;

    LogitLossKind(
            String label,
            String description,
            double temperature,
            double hardWeight,
            double softWeight,
            Map<String, Double> settings) {
        this.label = label;
        this.description = description;
        this.temperature = temperature;
        this.hardWeight = hardWeight;
        this.softWeight = softWeight;
        // Sorted, and so the same in every run.
        this.settings = new TreeMap<>(settings);
        this.settings.putIfAbsent("warm-up", 0.0);
    }

    /** The loss for values that were checked by {@link Objective}, or are by its constructor. */
    abstract LogitLoss create(double temperature, Map<String, Double> settings);

    /**
     * The name that a user types.
     *
     * @return lower case, words joined by hyphens
     */
    public String label() {
        return label;
    }

    /**
     * What it is and where it comes from.
     *
     * @return a few words
     */
    public String description() {
        return description;
    }

    /**
     * The usual temperature.
     *
     * @return the temperature; empty for a loss that has none
     */
    public OptionalDouble temperature() {
        return Double.isNaN(temperature) ? OptionalDouble.empty() : OptionalDouble.of(temperature);
    }

    /**
     * The usual weight of the labels beside it.
     *
     * @return at least 0
     */
    public double hardWeight() {
        return hardWeight;
    }

    /**
     * The usual weight of the loss itself.
     *
     * @return above 0
     */
    public double softWeight() {
        return softWeight;
    }

    /**
     * The other settings with their usual values.
     *
     * @return by name, in a fixed order
     */
    public Map<String, Double> settings() {
        return new LinkedHashMap<>(settings);
    }

    /**
     * The kind that a name stands for.
     *
     * @param label the name, in any case
     * @return the kind
     * @throws IllegalArgumentException if there is none of that name
     */
    public static LogitLossKind of(String label) {
        for (LogitLossKind kind : values()) {
            if (kind.label.equalsIgnoreCase(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "expected a loss of %s, found %s"
                        .formatted(
                                Arrays.stream(values())
                                        .map(LogitLossKind::label)
                                        .collect(Collectors.joining(", ")),
                                label));
    }

    private static double setting(Map<String, Double> settings, String name) {
        return requireNonNull(settings.get(name), name);
    }
}
