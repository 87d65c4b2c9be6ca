package dev.retort.distill;

import dev.retort.device.sampling.SamplerCost;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A distillation over one or more seeds.
 *
 * @param task what was done
 * @param seeds what became of each seed, at least one
 * @param teacherCost what the teacher's network costs to keep and to use
 * @param studentCost the same for the student's network
 * @param samplerCost what the measuring itself cost
 */
public record StudyResult(
        DistillationTask task,
        List<SeedOutcome> seeds,
        ModelCost teacherCost,
        ModelCost studentCost,
        SamplerCost samplerCost) {
    /** Copies the list. */
    public StudyResult {
        seeds = List.copyOf(seeds);
    }

    /**
     * Test accuracy of the distilled student minus that of the student alone, pair by pair.
     *
     * @return the difference, as a share
     */
    public PairedDifference distilledMinusAlone() {
        return difference(
                seed ->
                        seed.studentDistilled().testBest().accuracy()
                                - seed.studentAlone().testBest().accuracy());
    }

    /**
     * Test accuracy of the distilled student minus that of its teacher, pair by pair.
     *
     * @return the difference, as a share
     */
    public PairedDifference distilledMinusTeacher() {
        return difference(
                seed ->
                        seed.studentDistilled().testBest().accuracy()
                                - seed.teacher().testBest().accuracy());
    }

    private PairedDifference difference(ToDoubleFunction<SeedOutcome> of) {
        return PairedDifference.of(seeds.stream().mapToDouble(of).toArray());
    }
}
