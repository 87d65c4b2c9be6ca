package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.FeatureLoss;

/**
 * NST: Huang and Wang, "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer"
 * (2017). The map of each channel, flattened and divided by its length, is one sample of where
 * neurons look; the loss is the squared maximum mean discrepancy between the channels of student
 * and teacher under the kernel k(x, y) = (x&middot;y)&sup2;, averaged over the batch:
 *
 * <pre>
 *   mean k(t, t') + mean k(s, s') - 2 mean k(s, t)
 * </pre>
 *
 * with weight 50. Features have shape (batch, channels, height, width); channels may differ; the
 * larger maps are averaged to the height and width of the smaller.
 *
 * <p>Never negative but for rounding, symmetric; 0 with a zero gradient where the channels are
 * equal in any order; neither their scale nor their signs count.
 */
public final class NeuronSelectivity extends FeatureLoss {
    static final double USUAL_WEIGHT = 50;

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        Maps maps = Maps.of(student, teacher);
        NDArray s = channels(maps.student());
        NDArray t = channels(maps.teacher());
        NDArray between = kernel(s, t).mul(Vectors.constant(s, 2)).squeeze();
        return kernel(t, t).add(kernel(s, s)).sub(between);
    }

    /** (batch, channels, places), of length 1. */
    private static NDArray channels(NDArray maps) {
        return Vectors.unit(maps.reshape(maps.size(0), maps.size(1), -1), 2);
    }

    private static NDArray kernel(NDArray a, NDArray b) {
        NDArray products = a.batchMatMul(b.transpose(0, 2, 1));
        return products.mul(products).mean();
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
