package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Scalar;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a model costs on devices, by the roofline (Williams et al. 2009): a bound, which a good
 * implementation comes near and none beats. Prefill is bound by arithmetic, decode by the bytes of
 * weights and cache that every step reads.
 *
 * <p>Activations, sampling and communication are left out. A mixture of experts is taken to read
 * what evenly routed tokens do in the mean ({@link TransformerSpec#weightBytesRead}), and is no
 * strict bound therefore.
 *
 * @param model the model
 * @param roofs the devices
 */
public record ServingCost(TransformerSpec model, DeviceRoofs roofs) {
    /**
     * Reading prompts.
     *
     * @param batch the prompts, at least 1
     * @param context the tokens of each, at least 1
     * @return all of it
     */
    public Phase prefill(long batch, long context) {
        check(batch, context);
        return Phase.of(
                (double) batch * model.flopsOfPrompt(context),
                model.weightBytesRead((double) batch * context) + model.cacheBytes(batch, context),
                roofs);
    }

    /**
     * Writing one token of every sequence.
     *
     * @param batch the sequences, at least 1
     * @param context the tokens that each has, at least 1
     * @return one step
     */
    public Phase decode(long batch, long context) {
        check(batch, context);
        return Phase.of(
                (double) batch * model.flopsOfToken((double) context),
                model.weightBytesRead((double) batch) + model.cacheBytes(batch, context),
                roofs);
    }

    /**
     * The time to write tokens after a prompt, the growing cache counted.
     *
     * @param batch the sequences, at least 1
     * @param prompt the tokens of each prompt, at least 1
     * @param output the tokens that each writes, at least 1
     * @return seconds, prefill included
     */
    public double secondsOfRequest(long batch, long prompt, long output) {
        check(batch, prompt);
        if (output < 1) {
            throw new PlanningException("expected at least 1 token of output, found " + output);
        }
        // Prefill gives the first token.
        double first = prefill(batch, prompt).seconds();
        return output == 1 ? first : first + decodeSeconds(batch, prompt + 1, output - 1);
    }

    /** Steps grow linearly with the context under either roof, and the roofs cross at most once. */
    private double decodeSeconds(long batch, long first, long output) {
        long last = first + output - 1;
        Phase.Bound atFirst = decode(batch, first).bound();
        if (output == 1 || atFirst == decode(batch, last).bound()) {
            return output * (decode(batch, first).seconds() + decode(batch, last).seconds()) / 2;
        }
        long low = first;
        long high = last;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (decode(batch, middle).bound() == atFirst) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return decodeSeconds(batch, first, low - first + 1)
                + decodeSeconds(batch, high, last - high + 1);
    }

    /**
     * The tokens that all sequences together write a second.
     *
     * @param batch the sequences, at least 1
     * @param context the tokens that each has, at least 1
     * @return tokens a second
     */
    public double tokensPerSecond(long batch, long context) {
        return (double) batch / decode(batch, context).seconds();
    }

    /**
     * Whether weights and cache fit into memory.
     *
     * @param batch the sequences, at least 1
     * @param context the tokens of each, at least 1
     * @return whether they do
     */
    public boolean fits(long batch, long context) {
        check(batch, context);
        return model.weightBytes() + model.cacheBytes(batch, context) <= roofs.memoryBytes();
    }

    /**
     * The most sequences that fit.
     *
     * @param context the tokens of each, at least 1
     * @return the sequences, 0 where not one fits; empty where the weights alone do not
     */
    public OptionalLong largestBatch(long context) {
        check(1, context);
        double left = roofs.memoryBytes() - model.weightBytes();
        return left < 0
                ? OptionalLong.empty()
                : OptionalLong.of((long) (left / (context * model.cacheBytesPerToken())));
    }

    /**
     * The longest context that fits.
     *
     * @param batch the sequences, at least 1
     * @return the tokens of each, 0 where not one fits; empty where the weights alone do not
     */
    public OptionalLong longestContext(long batch) {
        check(batch, 1);
        double left = roofs.memoryBytes() - model.weightBytes();
        return left < 0
                ? OptionalLong.empty()
                : OptionalLong.of((long) (left / (batch * model.cacheBytesPerToken())));
    }

    /**
     * The context at which the cache of a batch is as large as the weights: beyond it, a longer
     * context costs more than a larger model.
     *
     * @param batch the sequences, at least 1
     * @return the tokens of each
     */
    public double contextOfEqualBytes(long batch) {
        check(batch, 1);
        return model.weightBytes() / (batch * model.cacheBytesPerToken());
    }

    /**
     * The batch from which decode is bound by arithmetic.
     *
     * @param context the tokens of each sequence, at least 1
     * @return the sequences, not whole, 1 or less where arithmetic bounds every batch; empty where
     *     the cache's bytes do
     */
    public OptionalDouble batchOfRidge(long context) {
        check(1, context);
        // batch · flops / F = (weights + batch · cache) / B
        double left =
                model.flopsOfToken((double) context) / roofs.ridge()
                        - context * model.cacheBytesPerToken();
        if (!(left > 0)) {
            return OptionalDouble.empty();
        }
        // A small batch of a mixture reads fewer weights; of a dense model this is the end at once.
        double most = model.weightBytes() / left;
        if (most <= 1 || model.weightBytesRead(1) <= left) {
            return OptionalDouble.of(Math.min(most, 1));
        }
        return OptionalDouble.of(
                Scalar.root(b -> b * left - model.weightBytesRead(b), 1, most * (1 + 1e-12)));
    }

    private static void check(long batch, long context) {
        if (batch < 1) {
            throw new PlanningException("expected a batch of at least 1, found " + batch);
        }
        if (context < 1) {
            throw new PlanningException("expected a context of at least 1 token, found " + context);
        }
    }
}
