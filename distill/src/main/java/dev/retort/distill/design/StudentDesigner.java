package dev.retort.distill.design;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.distill.OfflineDistillation;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.TrainingPlan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Times candidates, trains those that fit, and says which of them are worth a look. */
public final class StudentDesigner {
    private final Limits limits;
    private final TrainingPlan plan;
    private final Objective objective;
    private final List<Long> seeds;

    /**
     * A designer.
     *
     * @param limits what a student may take
     * @param plan how each is trained
     * @param objective what each is trained to
     * @param seeds decide initial parameters and data order, the same ones for each; at least one
     */
    public StudentDesigner(
            Limits limits, TrainingPlan plan, Objective objective, List<Long> seeds) {
        this.limits = requireNonNull(limits, "limits is null");
        this.plan = requireNonNull(plan, "plan is null");
        this.objective = requireNonNull(objective, "objective is null");
        this.seeds = List.copyOf(seeds);
        if (this.seeds.isEmpty()) {
            throw new IllegalArgumentException("expected at least 1 seed, found none");
        }
    }

    /**
     * Times all candidates {@linkplain InferenceLatency#measure side by side} before any is
     * trained. The machine should have nothing else to do.
     *
     * @param candidates the candidates, at least one
     * @param sampleShape the shape of one sample
     * @return one entry a candidate, in the same order
     */
    public List<DesignedStudent> time(List<Candidate> candidates, Shape sampleShape) {
        List<Model> models = new ArrayList<>();
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults())) {
            for (Candidate candidate : candidates) {
                Model model = Model.newInstance(candidate.name());
                models.add(model);
                Block block = candidate.network().get();
                block.initialize(
                        model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(sampleShape));
                model.setBlock(block);
            }
            List<ModelCost> costs = ModelCost.measure(models, sampleShape, sampler);
            List<DesignedStudent> timed = new ArrayList<>();
            for (int i = 0; i < costs.size(); i++) {
                ModelCost cost = costs.get(i);
                timed.add(
                        new DesignedStudent(
                                candidates.get(i).name(), cost, limits.broken(cost), null, false));
            }
            return timed;
        } finally {
            models.forEach(Model::close);
        }
    }

    /**
     * Trains those that fit, and finds the Pareto front of time and accuracy.
     *
     * @param candidates the candidates
     * @param timed what {@link #time} gave for them
     * @param distillation the teacher and the data
     * @param trained is told of each candidate that was trained
     * @return one entry a candidate, in the same order
     */
    public List<DesignedStudent> train(
            List<Candidate> candidates,
            List<DesignedStudent> timed,
            OfflineDistillation distillation,
            Consumer<DesignedStudent> trained) {
        List<DesignedStudent> results = new ArrayList<>();
        for (int i = 0; i < timed.size(); i++) {
            DesignedStudent entry = timed.get(i);
            if (!entry.broken().isEmpty()) {
                results.add(entry);
                continue;
            }
            double sum = 0;
            for (long seed : seeds) {
                try (OfflineDistillation.Student student =
                        distillation.train(candidates.get(i).network(), plan, objective, seed)) {
                    sum += student.validation().accuracy();
                }
            }
            DesignedStudent result =
                    new DesignedStudent(
                            entry.name(), entry.cost(), entry.broken(), sum / seeds.size(), false);
            trained.accept(result);
            results.add(result);
        }
        return withFront(results);
    }

    /** Marks those that no other is better than. */
    static List<DesignedStudent> withFront(List<DesignedStudent> students) {
        return students.stream()
                .map(
                        student ->
                                student.onFront(
                                        student.accuracy() != null
                                                && students.stream()
                                                        .noneMatch(o -> dominates(o, student))))
                .toList();
    }

    private static boolean dominates(DesignedStudent one, DesignedStudent other) {
        Double accuracy = one.accuracy();
        Double otherAccuracy = other.accuracy();
        if (accuracy == null || otherAccuracy == null) {
            return false;
        }
        boolean asGood = accuracy >= otherAccuracy && one.p95Seconds() <= other.p95Seconds();
        boolean better = accuracy > otherAccuracy || one.p95Seconds() < other.p95Seconds();
        return asGood && better;
    }
}
