package dev.retort.distill;

import dev.retort.device.Reading;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.efficiency.RunAccount;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A distillation over one or more seeds.
 *
 * @param task what was done
 * @param seeds what became of each seed, at least one
 * @param teacherCost what the teacher's network costs to keep and to use
 * @param studentCost the same for the student's network
 * @param samplerCost what the measuring itself cost
 * @param margin the margin of equivalence, as a share: a tie is where the whole 90 % interval of
 *     the difference in accuracy lies within it, see {@link Verdict#TIES}
 * @param prices what computing costs
 */
public record StudyResult(
        DistillationTask task,
        List<SeedOutcome> seeds,
        ModelCost teacherCost,
        ModelCost studentCost,
        SamplerCost samplerCost,
        double margin,
        Prices prices) {
    private static final Reading NOT_KNOWN =
            new Reading.Absent("the ledger of the distilled student was cut or lost");

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
        return PairedDifference.of(seeds.stream().mapToDouble(of).toArray()).withMargin(margin);
    }

    /**
     * The same result, judged by another margin and other prices.
     *
     * @param margin the margin of equivalence, as a share, chosen before the runs: a tie is where
     *     the whole 90 % interval of the difference lies within it
     * @param prices what computing costs
     * @return the result
     */
    public StudyResult judgedBy(double margin, Prices prices) {
        return new StudyResult(task, seeds, teacherCost, studentCost, samplerCost, margin, prices);
    }

    /**
     * The pay-back in joules.
     *
     * @return the pay-back; absent where no energy can be read, or a training was resumed, of which
     *     the energy of its last process alone is known
     */
    public Payback paybackInJoules() {
        return Payback.of(
                spent().map(Payback.Expense::joules).orElse(NOT_KNOWN),
                teacherCost.joules(),
                studentCost.joules());
    }

    /**
     * The pay-back in money.
     *
     * @return the pay-back, in the currency of the prices; absent where they are, or an energy that
     *     one of them is for
     */
    public Payback paybackInMoney() {
        return Payback.of(
                spent().map(expense -> expense.money(prices)).orElse(NOT_KNOWN),
                request(teacherCost).money(prices),
                request(studentCost).money(prices));
    }

    private static Payback.Expense request(ModelCost cost) {
        return new Payback.Expense(cost.secondsPerRequest(), cost.joules());
    }

    /**
     * What one distilled student took, on average over the seeds whose ledger tells all of it; the
     * time in which no process was at work was nobody's. Empty where no ledger does.
     */
    private Optional<Payback.Expense> spent() {
        double seconds = 0;
        List<Reading> joules = new ArrayList<>();
        List<SeedOutcome> told =
                seeds.stream().filter(seed -> seed.studentDistilled().hasWholeAccount()).toList();
        for (SeedOutcome seed : told) {
            for (RunAccount account :
                    List.of(seed.softLabels(), seed.studentDistilled().account())) {
                seconds += account.ledger().elapsedAtWork().toNanos() / 1e9;
                joules.add(account.processorJoules());
            }
        }
        return told.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Payback.Expense(seconds / told.size(), sumOver(joules, told.size())));
    }

    private static Reading sumOver(List<Reading> parts, int divisor) {
        double sum = 0;
        String from = "";
        for (Reading part : parts) {
            switch (part) {
                case Reading.Absent absent -> {
                    return absent;
                }
                case Reading.Measured(double value, String source, long _) -> {
                    sum += value;
                    from = source;
                }
            }
        }
        return Reading.now(sum / divisor, from);
    }
}
