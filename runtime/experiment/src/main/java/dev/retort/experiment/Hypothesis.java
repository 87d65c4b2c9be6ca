package dev.retort.experiment;

import dev.retort.experiment.json.Json;
import dev.retort.experiment.verdict.Claim;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * What is claimed, registered before the first run starts and unchangeable from then on: a second
 * registration under the same name is refused unless it is equal. Immutable.
 *
 * @param id its name in the store
 * @param team who asks
 * @param statement one sentence
 * @param metric the result of the runs that decides
 * @param direction which values of it are better
 * @param smallestEffect the smallest difference of the metric that matters, in its unit, above 0
 * @param alpha the accepted probability of a false confirmation, in (0, 0.5]
 * @param budget what all its experiments may spend together
 * @param plan how it is decided; {@code null} for one that is tried and never decided
 */
public record Hypothesis(
        String id,
        String team,
        String statement,
        String metric,
        Direction direction,
        double smallestEffect,
        double alpha,
        Budget budget,
        @Nullable AnalysisPlan plan) {
    /** Checks the components. */
    public Hypothesis {
        Require.name(id, "the name of the hypothesis");
        Require.name(team, "the team");
        Require.text(statement, "the statement of hypothesis " + id);
        Require.text(metric, "the metric of hypothesis " + id);
        Objects.requireNonNull(direction, "direction is null");
        Objects.requireNonNull(budget, "budget is null");
        Require.positive(smallestEffect, "the smallest effect of hypothesis " + id);
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException(
                    "alpha of hypothesis "
                            + id
                            + " is "
                            + alpha
                            + ": expected more than 0 and at most 0.5");
        }
        HypothesisFamily family = plan == null ? null : plan.family();
        if (family != null && !(family.members().contains(id) && family.alpha() == alpha)) {
            throw new IllegalArgumentException(
                    "hypothesis "
                            + id
                            + " at alpha "
                            + alpha
                            + " is put into family "
                            + family.id()
                            + " of "
                            + family.members()
                            + " at alpha "
                            + family.alpha()
                            + ": expected one of them, at that alpha");
        }
    }

    /** A hypothesis that is tried and never decided. */
    public Hypothesis(
            String id,
            String team,
            String statement,
            String metric,
            Direction direction,
            double smallestEffect,
            double alpha,
            Budget budget) {
        this(id, team, statement, metric, direction, smallestEffect, alpha, budget, null);
    }

    /** The same, decided by a plan. */
    public Hypothesis decidedBy(AnalysisPlan how) {
        return new Hypothesis(
                id, team, statement, metric, direction, smallestEffect, alpha, budget, how);
    }

    /** What is claimed of the metric; at its part of the alpha of its family, if it has one. */
    public Claim claim() {
        HypothesisFamily family = plan == null ? null : plan.family();
        return new Claim(
                metric, direction, smallestEffect, family == null ? alpha : family.alphaOfEach());
    }

    /**
     * Refuses a plan that can never decide. Not part of the constructor: a log stays readable
     * whatever designs can do later.
     *
     * @throws IllegalArgumentException if its design has too few seeds for alpha
     */
    public void checkPlan() {
        if (plan != null) {
            plan.design().firstDecision(claim().alpha());
        }
    }

    /** The SHA-256 of all that was registered, as 64 hexadecimal digits. */
    public String hash() {
        return Json.sha256(this);
    }
}
