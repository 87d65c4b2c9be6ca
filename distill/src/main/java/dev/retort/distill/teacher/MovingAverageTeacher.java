package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.train.Checkpointed;
import dev.retort.distill.train.MovingAverage;
import dev.retort.distill.train.ParameterSnapshot;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An exponential moving average of the student as its teacher: Tarvainen and Valpola, "Mean
 * teachers are better role models" (2017). With the student's parameters w after a step,
 *
 * <pre>
 *   v &larr; decay v + (1 - decay) w
 * </pre>
 *
 * What is not trained, running statistics among it, is copied. The first values are the student's.
 *
 * <p>It changes by {@link #update} alone, which a {@link GuidedSource} calls before each step but
 * the first; call it once after the training, so that the last step counts. Not the thing to cache:
 * its outputs are others in each step.
 */
public final class MovingAverageTeacher implements Teacher, Checkpointed {
    private final MovingAverage mover;
    private final Model average;
    private final ModelTeacher teacher;
    private final double decay;

    /**
     * Creates the average, equal to the student. Initialising its block draws from the engine's
     * random generator.
     *
     * @param student the student, its block initialised; borrowed
     * @param network a block of the student's structure, not initialised
     * @param sampleShape the shape of one sample, without the batch axis
     * @param decay from 0, which is the student itself, to below 1; 0.99 to 0.999 is usual
     * @throws IllegalArgumentException if the decay is out of range or the network is another
     */
    public MovingAverageTeacher(Model student, Block network, Shape sampleShape, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(
                    "expected a decay of at least 0 and below 1, found " + decay);
        }
        this.decay = decay;
        Block source = requireNonNull(student.getBlock(), "the student has no block");
        average = Model.newInstance("moving average", student.getNDManager().getDevice());
        network.initialize(
                average.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(sampleShape));
        average.setBlock(network);
        teacher = ModelTeacher.of(average, TeacherOutput.LOGITS);
        try (ParameterSnapshot first = ParameterSnapshot.of(source, average.getNDManager())) {
            first.restore(network);
        } catch (IllegalArgumentException e) {
            average.close();
            throw e;
        }
        network.freezeParameters(true);
        mover = new MovingAverage(source, arrays(network), average.getNDManager());
    }

    /** Moves the average towards the student. Does not synchronise the device. */
    public void update() {
        mover.update(decay);
    }

    @Override
    public Map<String, NDArray> checkpoint() {
        return arrays(average.getBlock());
    }

    @Override
    public void restore(Map<String, NDArray> arrays) {
        try (ParameterSnapshot saved = ParameterSnapshot.of(arrays, average.getNDManager())) {
            saved.restore(average.getBlock());
        }
    }

    private static Map<String, NDArray> arrays(Block block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            arrays.put(parameter.getKey(), parameter.getValue().getArray());
        }
        return arrays;
    }

    @Override
    public String description() {
        return "moving average of the student, decay " + decay;
    }

    @Override
    public TeacherOutput output() {
        return TeacherOutput.LOGITS;
    }

    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        return teacher.outputs(data, positions, owner);
    }

    @Override
    public Fingerprint fingerprint() {
        return teacher.fingerprint();
    }

    /**
     * The average as a model, which is often better than the student itself.
     *
     * @return the model, owned by this teacher
     */
    public Model model() {
        return average;
    }

    @Override
    public void close() {
        average.close();
    }
}
