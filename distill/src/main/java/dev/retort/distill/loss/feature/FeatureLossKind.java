package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.loss.FeatureLoss;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The losses of features by name, each with the settings of its authors or of the common
 * reproductions, and with a projector where it needs one; {@link #CONTRASTIVE} is not the estimator
 * of its authors. What a command line or a configuration chooses from.
 */
public enum FeatureLossKind {
    /** Hints of a FitNet. */
    FITNET(
            "fitnet",
            "hints, Romero et al. 2015",
            Features.ALIKE,
            1,
            FeatureSquaredError.HINT_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return FeatureSquaredError.hints(projector(parent, type, student, teacher));
        }
    },

    /** Attention transfer. */
    ATTENTION(
            "at",
            "attention transfer, Zagoruyko and Komodakis 2017",
            Features.MAPS,
            1,
            AttentionTransfer.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new AttentionTransfer();
        }
    },

    /** Similarity preserving. */
    SIMILARITY(
            "sp",
            "similarities of samples, Tung and Mori 2019",
            Features.ANY,
            SimilarityPreserving.MINIMUM_SAMPLES,
            SimilarityPreserving.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new SimilarityPreserving();
        }
    },

    /** Probabilistic knowledge transfer. */
    PROBABILISTIC(
            "pkt",
            "probabilistic transfer, Passalis and Tefas 2018",
            Features.ANY,
            ProbabilisticTransfer.MINIMUM_SAMPLES,
            ProbabilisticTransfer.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new ProbabilisticTransfer();
        }
    },

    /** Distances between samples. */
    DISTANCE(
            "rkd-distance",
            "distances of samples, Park et al. 2019",
            Features.ANY,
            RelationalDistance.MINIMUM_SAMPLES,
            RelationalDistance.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new RelationalDistance();
        }
    },

    /** Angles between samples. */
    ANGLE(
            "rkd-angle",
            "angles of samples, Park et al. 2019",
            Features.ANY,
            RelationalAngle.MINIMUM_SAMPLES,
            RelationalAngle.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new RelationalAngle();
        }
    },

    /** Neuron selectivity transfer. */
    SELECTIVITY(
            "nst",
            "neuron selectivity, Huang and Wang 2017",
            Features.MAPS,
            1,
            NeuronSelectivity.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new NeuronSelectivity();
        }
    },

    /** Variational information distillation. */
    VARIATIONAL(
            "vid",
            "variational information, Ahn et al. 2019",
            Features.ALIKE,
            1,
            VariationalInformation.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new VariationalInformation(parent, type, student, teacher);
        }
    },

    /** Contrastive representation distillation, with the other samples of the batch for a bank. */
    CONTRASTIVE(
            "crd",
            "in-batch contrastive representations, after Tian et al. 2020",
            Features.VECTORS,
            ContrastiveRepresentation.MINIMUM_SAMPLES,
            ContrastiveRepresentation.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return ContrastiveRepresentation.create(parent, type, student.get(1), teacher.get(1));
        }
    },

    /** Cosines of embeddings. */
    COSINE("cosine", "cosines of embeddings", Features.VECTORS, 1, FeatureCosine.USUAL_WEIGHT) {
        @Override
        public FeatureLoss create(NDManager parent, DataType type, Shape student, Shape teacher) {
            return new FeatureCosine(projector(parent, type, student, teacher));
        }
    };

    /** What a loss can compare. */
    public enum Features {
        /** Any features of student and teacher, of whatever shapes. */
        ANY,
        /** Features of equal shapes, but for the second axis, which a projector takes over. */
        ALIKE,
        /** Maps of one height and width; channels may differ. */
        MAPS,
        /** One vector a sample; widths may differ. */
        VECTORS
    }

    private final String label;
    private final String description;
    private final Features features;
    private final int minimumSamples;
    private final double usualWeight;

    FeatureLossKind(
            String label,
            String description,
            Features features,
            int minimumSamples,
            double usualWeight) {
        this.label = label;
        this.description = description;
        this.features = features;
        this.minimumSamples = minimumSamples;
        this.usualWeight = usualWeight;
    }

    /**
     * The loss for features of given shapes.
     *
     * @param parent the parameters of projectors live in a sub-manager of it, and are freed with it
     * @param type the type of the features
     * @param student the shape of the student's features; the batch does not count
     * @param teacher the shape of the teacher's features
     * @return the loss, with projectors where the shapes differ or the method has them
     */
    public abstract FeatureLoss create(
            NDManager parent, DataType type, Shape student, Shape teacher);

    private static @Nullable Projector projector(
            NDManager parent, DataType type, Shape student, Shape teacher) {
        return student.get(1) == teacher.get(1)
                ? null
                : Projector.between(parent, type, student, teacher);
    }

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
     * What it can compare.
     *
     * @return the demands on the features
     */
    public Features features() {
        return features;
    }

    /**
     * The fewest samples that a batch may have.
     *
     * @return at least 1
     */
    public int minimumSamples() {
        return minimumSamples;
    }

    /**
     * The weight that its losses usually have, as {@link FeatureLoss#usualWeight}.
     *
     * @return above 0
     */
    public double usualWeight() {
        return usualWeight;
    }

    /**
     * The kind that a name stands for.
     *
     * @param label the name, in any case
     * @return the kind
     * @throws IllegalArgumentException if there is none of that name
     */
    public static FeatureLossKind of(String label) {
        for (FeatureLossKind kind : values()) {
            if (kind.label.equalsIgnoreCase(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "expected a loss of features of %s, found %s"
                        .formatted(
                                Arrays.stream(values())
                                        .map(FeatureLossKind::label)
                                        .collect(Collectors.joining(", ")),
                                label));
    }
}
