package dev.retort.examples.plan;

import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.LifetimeOptimum;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What plans over training and use hold, which is the loss, and what they do not, which is the
 * budget.
 *
 * @param plan the plan for training alone
 * @param lifetimes those over training and use, of the same loss
 * @param hasBudget whether a budget was given, not a loss
 */
record HeldLoss(Allocation plan, List<LifetimeOptimum> lifetimes, boolean hasBudget) {
    /** A budget is passed by more than what a search leaves open. */
    private static final double OVER = 1e-4;

    /** A saving that is no more is what a search leaves open. */
    private static final double LEAST_SAVING = 1e-6;

    /** The share that is saved, negative where limits cost more. */
    static double saving(LifetimeOptimum life) {
        return Math.abs(life.saving()) < LEAST_SAVING ? 0 : life.saving();
    }

    String sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "Over training and use the loss is held at %.4f nats: the model of that loss"
                                + " that costs least in all. Saved is against the one that is"
                                + " cheapest to train.",
                        plan.loss()));
        lifetimes.stream()
                .filter(life -> overBudget(life) > 1 + OVER)
                .map(this::passed)
                .forEach(sentences::add);
        if (lifetimes.stream().anyMatch(life -> saving(life) < 0)) {
            sentences.add(
                    "A negative saving is what the limits cost: the one that is cheapest to train"
                            + " keeps none of them.");
        }
        return String.join(" ", sentences);
    }

    /** What other laws are asked, of the last of the plans. */
    String ofOtherLaws() {
        return "What takes the least %s over training and use by each law, each asked for the loss that it foretells of this plan."
                .formatted(lifetimes.getLast().unit());
    }

    private String passed(LifetimeOptimum life) {
        return String.format(
                Locale.ROOT,
                "For the least %s training takes %s FLOPs, %.3g times those of the plan (%s)%s.",
                life.unit(),
                Output.number(life.model().flops()),
                overBudget(life),
                Output.number(plan.flops()),
                hasBudget ? ": it passes the budget" : "");
    }

    /** The FLOPs of a training of least cost over those of the plan. */
    double overBudget(LifetimeOptimum life) {
        return life.model().flops() / plan.flops();
    }
}
