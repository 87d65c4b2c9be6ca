package dev.retort.distill.train;

import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.fingerprint.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a training is of, in words, as a checkpoint of it must say. */
final class TrainingIdentity {
    private final Map<String, String> known;

    /**
     * What a loop knows itself.
     *
     * @param parts the names of what checkpoints hold beside the parameters
     */
    TrainingIdentity(
            TrainingPlan plan,
            Loss loss,
            StepSeeds seeds,
            Block block,
            Collection<String> parts,
            BatchSource train,
            @Nullable BatchSource validation) {
        known = new TreeMap<>(plan.identity());
        known.put("loss function", loss.getName());
        known.put("structure of the model", structure(block));
        known.put("mini-batches an epoch", Long.toString(train.batches()));
        known.put("validation", validation == null ? "none" : "each epoch");
        seeds.seed().ifPresent(seed -> known.put("seed of the steps", Long.toString(seed)));
        if (!parts.isEmpty()) {
            known.put("parts", new TreeSet<>(parts).toString());
        }
    }

    /** Two blocks of the same structure have the same words. */
    private static String structure(Block block) {
        long values =
                block.getParameters().values().stream().mapToLong(p -> p.getArray().size()).sum();
        return "%s of %d parameters with %d values"
                .formatted(
                        Fingerprint.ofStructure(block).brief(),
                        block.getParameters().size(),
                        values);
    }

    /**
     * The whole.
     *
     * @param engine what of the engine decides the outcome
     * @param given what else the training is of
     * @throws IllegalArgumentException if something else has a name that the loop uses
     */
    Map<String, String> with(Map<String, String> engine, Map<String, String> given) {
        Map<String, String> all = new TreeMap<>(known);
        all.putAll(engine);
        given.forEach(
                (name, value) -> {
                    if (all.putIfAbsent(name, value) != null) {
                        throw new IllegalArgumentException(
                                "expected a name that the loop does not use itself in the identity of a training, found '%s'"
                                        .formatted(name));
                    }
                });
        return all;
    }
}
