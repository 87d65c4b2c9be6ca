package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a scheduler may do by itself. Whatever it does is recorded with its reason; what a rule only
 * advises, or has done as often as it may, is recorded as advice and not done. Everything can be
 * taken back: what was given up, pruned or stopped by {@code Lab.retry}, what was preempted goes on
 * by itself. Immutable.
 *
 * @param limits how often one scheduler may do something to the runs of an experiment, where what
 *     others did up to its last look, a second ago at most, counts too; 0 to advise only; not
 *     limited for what is not in it
 */
public record Automation(Map<Decision.Kind, Integer> limits) {
    private static final Set<Decision.Kind> LIMITED =
            Set.of(
                    Decision.Kind.RETRY,
                    Decision.Kind.SHRINK_BATCH,
                    Decision.Kind.PRUNE,
                    Decision.Kind.STOP_DIVERGED,
                    Decision.Kind.PREEMPT,
                    Decision.Kind.PACK,
                    Decision.Kind.UNPACK);

    /** Checks and copies the component. */
    public Automation {
        limits.forEach(
                (kind, limit) -> {
                    if (!LIMITED.contains(kind)) {
                        throw new IllegalArgumentException(
                                "a limit is set for "
                                        + kind
                                        + ": expected one of "
                                        + LIMITED.stream().sorted().toList());
                    }
                    if (limit < 0) {
                        throw new IllegalArgumentException(
                                "the limit of "
                                        + kind
                                        + " is "
                                        + limit
                                        + ": expected 0 to advise only, or more");
                    }
                });
        limits = Map.copyOf(limits);
    }

    /** Everything, as often as it takes. */
    public static Automation unlimited() {
        return new Automation(Map.of());
    }

    /** Nothing: it only advises. */
    public static Automation advisory() {
        return unlimited().advising(LIMITED.toArray(Decision.Kind[]::new));
    }

    /** The same that only advises to do some things. */
    public Automation advising(Decision.Kind... kinds) {
        Automation changed = this;
        for (Decision.Kind kind : kinds) {
            changed = changed.limiting(kind, 0);
        }
        return changed;
    }

    /** The same that does something at most so often to the runs of an experiment. */
    public Automation limiting(Decision.Kind kind, int limit) {
        Map<Decision.Kind, Integer> changed = new EnumMap<>(Decision.Kind.class);
        changed.putAll(limits);
        changed.put(kind, limit);
        return new Automation(changed);
    }
}
