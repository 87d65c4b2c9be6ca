package dev.retort.distill.loss.feature;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.retort.distill.loss.FeatureLoss;

import org.jspecify.annotations.Nullable;

/**
 * VID: Ahn, Hu, Damianou, Lawrence and Dai, "Variational Information Distillation for Knowledge
 * Transfer" (2019). A Gaussian with mean &mu;(f<sub>s</sub>) and one variance for each channel is
 * fitted to the teacher's features; the loss is its negative log-likelihood without the constant:
 *
 * <pre>
 *   mean over all elements of &frac12; ((f<sub>t</sub> - &mu;(f<sub>s</sub>))&sup2; / &sigma;&sup2; + log &sigma;&sup2;)
 *   &sigma;&sup2; = log(1 + exp(&alpha;)) + 1e-5
 * </pre>
 *
 * &mu; is of three layers with ReLU between them, 1x1 convolutions for maps and linear layers for
 * vectors; &sigma;&sup2; begins at 5. Usual weight 1.
 *
 * <p>Features have shape (batch, channels, height, width) or (batch, width), equal in all but the
 * second axis; of maps, the larger ones are averaged to the height and width of the smaller. It can
 * be negative. Where &mu; equals the teacher's features, the gradient of &mu; is 0, and that of the
 * variances asks for smaller ones.
 */
public final class VariationalInformation extends FeatureLoss implements AutoCloseable {
    static final double USUAL_WEIGHT = 1;

    private static final double FIRST_VARIANCE = 5;
    private static final double EPSILON = 1e-5;

    private final Projector gaussian;

    /**
     * Creates a loss.
     *
     * @param parent the parameters live in a sub-manager of it
     * @param type the type of the features
     * @param student the shape of the student's features; only the second axis counts
     * @param teacher the shape of the teacher's features; only the second axis counts
     */
    public VariationalInformation(NDManager parent, DataType type, Shape student, Shape teacher) {
        requireNonNull(parent, "parent is null");
        gaussian =
                Projector.of(
                        parent,
                        type,
                        new Gaussian(Projector.threeLayers(student, teacher), teacher.get(1)),
                        student);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        Maps maps = Maps.ofAny(student, teacher);
        NDList fitted = gaussian.forward(maps.student());
        Maps compared = new Maps(fitted.get(0), maps.teacher());
        compared.requireEqualShapes();
        NDArray error = compared.student().sub(compared.teacher());
        NDArray softened = fitted.get(1);
        long channels = softened.size();
        NDArray variance =
                softened.add(Vectors.constant(student, EPSILON))
                        .reshape(
                                error.getShape().dimension() == 4
                                        ? new Shape(1, channels, 1, 1)
                                        : new Shape(1, channels));
        return error.mul(error)
                .div(variance)
                .add(variance.log())
                .mean()
                .mul(Vectors.constant(student, 0.5))
                .squeeze();
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }

    @Override
    public ParameterList parameters() {
        return gaussian.parameters();
    }

    /** Frees the parameters. */
    @Override
    public void close() {
        gaussian.close();
    }

    /** Gives the mean, and the variance before {@link #EPSILON} is added. */
    private static final class Gaussian extends AbstractBlock {
        private final Block mean;
        private final Parameter spread;

        Gaussian(Block mean, long channels) {
            this.mean = addChildBlock("mean", mean);
            spread =
                    addParameter(
                            Parameter.builder()
                                    .setName("spread")
                                    .setType(Parameter.Type.OTHER)
                                    .optShape(new Shape(channels))
                                    .optInitializer(
                                            (manager, shape, type) ->
                                                    manager.full(
                                                            shape,
                                                            (float)
                                                                    Math.log(
                                                                            Math.expm1(
                                                                                    FIRST_VARIANCE
                                                                                            - EPSILON)),
                                                            type))
                                    .build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> options) {
            NDArray features = inputs.head();
            NDArray alpha = parameters.getValue(spread, features.getDevice(), training);
            return new NDList(
                    mean.forward(parameters, inputs, training).head(), softened(alpha, features));
        }

        /**
         * log(1 + exp(alpha)), of the manager of the features: what an operation makes belongs to
         * its first operand's, and would pile up with the parameters step by step.
         */
        private static NDArray softened(NDArray alpha, NDArray features) {
            NDArray one = Vectors.constant(features, 1);
            NDArray exponent = one.mul(alpha);
            NDArray small = exponent.abs().neg().exp().add(one).log();
            return exponent.maximum(Vectors.constant(features, 0)).add(small);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return mean.getOutputShapes(inputs);
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
            mean.initialize(manager, type, inputs);
        }
    }
}
