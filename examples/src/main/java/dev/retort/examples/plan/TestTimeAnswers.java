package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.testtime.Chosen;
import dev.retort.planning.testtime.CoverageLaw;
import dev.retort.planning.testtime.DifficultyPrior;
import dev.retort.planning.testtime.EqualCost;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;
import dev.retort.planning.testtime.SampleAllocation;
import dev.retort.planning.testtime.Selector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What samples are worth, each number of them asked once.
 *
 * @param source where the samples are from
 * @param read what was presumed in reading them
 * @param table the samples
 * @param selectors how the table can choose
 * @param rows what they reach
 * @param fitted the law of its coverage, if it has one
 * @param prior how difficulty varies, if that can be told
 * @param spread a budget spread over the problems, if asked for
 * @param comparison another model, if asked for
 */
record TestTimeAnswers(
        String source,
        List<String> read,
        ResultTable table,
        List<Selector> selectors,
        List<Row> rows,
        Optional<CoverageLaw> fitted,
        Optional<DifficultyPrior> prior,
        Optional<Spread> spread,
        Optional<Comparison> comparison) {
    /**
     * What k samples reach.
     *
     * @param k the samples
     * @param chosen what each selector reaches, in their order
     */
    record Row(int k, List<Chosen> chosen) {}

    /**
     * A budget spread by difficulty.
     *
     * @param budget the samples
     * @param pilot the samples of each problem that tell its difficulty
     * @param measured what it reached, where there are samples enough, known one by one
     * @param known what is expected where all samples here told the difficulty beforehand
     * @param obstacles why there is no such answer, one sentence each
     */
    record Spread(
            int budget,
            int pilot,
            Optional<SampleAllocation> measured,
            Optional<SampleAllocation> known,
            List<String> obstacles) {
        static Spread of(ResultTable table, int budget, int pilot) {
            List<String> obstacles = new ArrayList<>();
            Optional<SampleAllocation> known =
                    unless(
                            "There is no allocation by known difficulty",
                            obstacles,
                            () -> known(table, budget));
            Optional<SampleAllocation> measured =
                    isCounted(table) || known.isEmpty()
                            ? Optional.empty()
                            : unless(
                                    "There is no allocation by pilot samples",
                                    obstacles,
                                    () -> SampleAllocation.heldOut(table, pilot, budget));
            return new Spread(budget, pilot, measured, known, List.copyOf(obstacles));
        }

        /** Whether the samples were counted, so that none of them is known by itself. */
        static boolean isCounted(ResultTable table) {
            return table.problems().getFirst().samples().isEmpty();
        }

        private static SampleAllocation known(ResultTable table, int budget) {
            DifficultyPrior prior = DifficultyPrior.fit(table.problems());
            return SampleAllocation.of(
                    table.problems().stream().map(prior::given).toList(), budget);
        }

        /** Why less than the budget was spent, where it was. */
        Optional<String> leftOver() {
            int spent =
                    measured.map(each -> each.samples().stream().mapToInt(n -> n).sum())
                            .orElse(budget);
            return spent == budget
                    ? Optional.empty()
                    : Optional.of(
                            "%d of the %d samples were not used: every problem that the first %d do not solve has no samples left."
                                    .formatted(budget - spent, budget, pilot));
        }

        private static Optional<SampleAllocation> unless(
                String none, List<String> obstacles, Supplier<SampleAllocation> question) {
            try {
                return Optional.of(question.get());
            } catch (PlanningException e) {
                obstacles.add("%s: %s.".formatted(none, e.getMessage()));
                return Optional.empty();
            }
        }
    }

    /**
     * Another model at equal cost.
     *
     * @param against where its samples are from
     * @param costs what a sample of each costs, by unit
     * @param compared the comparisons, those in units of one ratio together
     */
    record Comparison(
            String against, Map<String, SamplingOptions.Costs> costs, List<Compared> compared) {
        /** A budget in the first of some units, in another one. */
        double in(String unit, String first, double budget) {
            return budget * cost(unit).one() / cost(first).one();
        }

        SamplingOptions.Costs cost(String unit) {
            return Objects.requireNonNull(costs.get(unit));
        }
    }

    /**
     * A comparison in units that compare alike.
     *
     * @param units the units
     * @param rows what budgets buy, in the first of them
     */
    record Compared(List<String> units, List<EqualCost.Row> rows) {}

    static TestTimeAnswers of(
            String source,
            List<String> read,
            ResultTable table,
            List<Integer> ks,
            Optional<Spread> spread,
            Optional<Comparison> comparison) {
        List<Selector> selectors =
                Arrays.stream(Selector.values())
                        .filter(selector -> table.obstacle(selector).isEmpty())
                        .toList();
        return new TestTimeAnswers(
                source,
                read,
                table,
                selectors,
                ks.stream()
                        .map(
                                k ->
                                        new Row(
                                                k,
                                                selectors.stream()
                                                        .map(each -> table.chosen(each, k))
                                                        .toList()))
                        .toList(),
                answered(() -> CoverageLaw.fit(table)),
                answered(() -> DifficultyPrior.fit(table.problems())),
                spread,
                comparison);
    }

    /** Both are beside the point: where the table is too small for one, it is left away. */
    private static <T> Optional<T> answered(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (PlanningException _) {
            return Optional.empty();
        }
    }

    /** What is left out because some samples, not all, lack what it is chosen by. */
    private Optional<String> lacking(String what, String left, Predicate<Sample> has) {
        long without = table.lacking(has);
        long all = table.problems().stream().mapToLong(p -> p.samples().size()).sum();
        return without == 0 || without == all
                ? Optional.empty()
                : Optional.of(
                        "%d of %d samples %s no %s: there is no %s, which needs that of every sample."
                                .formatted(
                                        without, all, without == 1 ? "has" : "have", what, left));
    }

    /** The law where it describes what was measured. */
    Optional<CoverageLaw> law() {
        return fitted.filter(each -> each.objection(table).isEmpty());
    }

    /** What to know. Answers that are right and wrong at once allow no vote, but all else. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(read);
        fitted.flatMap(each -> each.objection(table)).ifPresent(notes::add);
        spread.ifPresent(
                asked -> {
                    notes.addAll(asked.obstacles());
                    asked.leftOver().ifPresent(notes::add);
                });
        lacking("score", "best of k", sample -> sample.score().isPresent()).ifPresent(notes::add);
        lacking("answer", "majority vote", sample -> sample.answer().isPresent())
                .ifPresent(notes::add);
        if (table.hasAnswers()) {
            table.obstacle(Selector.MAJORITY)
                    .ifPresent(reason -> notes.add("There is no majority vote: " + reason + "."));
        }
        return notes;
    }
}
