package dev.retort.distill.loss.feature;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.ParameterList;

import dev.retort.distill.loss.FeatureLoss;

/**
 * An in-batch form of CRD (Tian, Krishnan and Isola, "Contrastive Representation Distillation",
 * 2020), which is not the paper's loss: a symmetric InfoNCE, as that of CLIP. Features of student
 * and teacher are projected to one width by a linear layer each, and divided by their length, which
 * makes u and v. The two views of a sample should be closer than those of different samples:
 *
 * <pre>
 *   -mean<sub>i</sub> log softmax<sub>j</sub>(u<sub>i</sub>&middot;v<sub>j</sub> / &tau;)<sub>i</sub>
 *   - mean<sub>j</sub> log softmax<sub>i</sub>(u<sub>i</sub>&middot;v<sub>j</sub> / &tau;)<sub>j</sub>
 * </pre>
 *
 * with the paper's width 128, &tau; = 0.07 and weight 0.8. The paper draws 16,384 negatives for
 * each sample from a memory bank and estimates by NCE; here the other samples of the batch are the
 * negatives, in both directions, which needs no bank and no index of the samples, and wants large
 * batches. Samples of the same class count as negatives too.
 *
 * <p>Both projectors are trained; the gradient ends at the teacher's features, not at its
 * projector. Features other than vectors are flattened. A batch has at least 2 samples; the loss of
 * features without any relation is about 2 log(batch). The scale of projected features and the
 * order of the samples do not count. It is not 0 at a perfect match.
 */
public final class ContrastiveRepresentation extends FeatureLoss implements AutoCloseable {
    static final double USUAL_WEIGHT = 0.8;
    static final int MINIMUM_SAMPLES = 2;

    /** The width of the authors. */
    public static final int WIDTH = 128;

    /** The temperature &tau; of the authors. */
    public static final double TEMPERATURE = 0.07;

    private final Projector ofStudent;
    private final Projector ofTeacher;
    private final double temperature;

    /**
     * Creates a loss with the projectors of the authors, which it owns.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param student the width of the student's features, flattened
     * @param teacher the width of the teacher's features, flattened
     * @return the loss, to be closed by the caller
     */
    public static ContrastiveRepresentation create(
            NDManager parent, DataType type, long student, long teacher) {
        return new ContrastiveRepresentation(
                Projector.linear(parent, type, student, WIDTH),
                Projector.linear(parent, type, teacher, WIDTH),
                TEMPERATURE);
    }

    /**
     * Creates a loss.
     *
     * @param ofStudent projects the student's features; owned by the loss from now on
     * @param ofTeacher projects the teacher's features to the same width; owned by the loss from
     *     now on
     * @param temperature &tau;, above 0
     */
    public ContrastiveRepresentation(Projector ofStudent, Projector ofTeacher, double temperature) {
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "expected a temperature above 0, found " + temperature);
        }
        this.ofStudent = requireNonNull(ofStudent, "ofStudent is null");
        this.ofTeacher = requireNonNull(ofTeacher, "ofTeacher is null");
        this.temperature = temperature;
    }

    @Override
    public int minimumSamples() {
        return MINIMUM_SAMPLES;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        Maps projected =
                new Maps(
                        ofStudent.project(Vectors.rows(student)),
                        ofTeacher.project(Vectors.rows(teacher)));
        projected.requireEqualShapes();
        NDArray inverse = Vectors.constant(student, 1 / temperature);
        NDArray logits =
                Vectors.products(
                                Vectors.unit(projected.student(), 1),
                                Vectors.unit(projected.teacher(), 1))
                        .mul(inverse);
        NDArray sum = Vectors.trace(logits.logSoftmax(1)).add(Vectors.trace(logits.logSoftmax(0)));
        return sum.mul(Vectors.constant(student, -1.0 / student.size(0))).squeeze();
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }

    @Override
    public ParameterList parameters() {
        ParameterList all = new ParameterList();
        ofStudent.parameters().forEach(p -> all.add("student." + p.getKey(), p.getValue()));
        ofTeacher.parameters().forEach(p -> all.add("teacher." + p.getKey(), p.getValue()));
        return all;
    }

    /** Frees both projectors. */
    @Override
    public void close() {
        ofStudent.close();
        ofTeacher.close();
    }
}
