package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.FeatureLoss;

/**
 * Attention transfer: Zagoruyko and Komodakis, "Paying More Attention to Attention" (2017). The
 * attention map of features (batch, channels, height, width) is the mean over channels of
 * |f|<sup>p</sup>, flattened and divided by its length:
 *
 * <pre>
 *   mean over samples and places of (A(f<sub>s</sub>) - A(f<sub>t</sub>))&sup2;
 * </pre>
 *
 * with p = 2 and weight 1000 in the common reproductions, where the paper takes the sum. Channels
 * may differ; the larger maps are averaged to the height and width of the smaller.
 *
 * <p>0 with a zero gradient where the attention is equal; symmetric; the scale of the features and
 * the order of their channels do not count, nor, with an even p, their signs.
 */
public final class AttentionTransfer extends FeatureLoss {
    static final double USUAL_WEIGHT = 1000;

    private final int power;

    /** The common form, p = 2. */
    public AttentionTransfer() {
        this(2);
    }

    /**
     * Creates a loss.
     *
     * @param power p, from 1 to 8
     */
    public AttentionTransfer(int power) {
        if (power < 1 || power > 8) {
            throw new IllegalArgumentException("expected a power from 1 to 8, found " + power);
        }
        this.power = power;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        Maps maps = Maps.of(student, teacher);
        return Vectors.squaredError(attention(maps.student()), attention(maps.teacher()));
    }

    private NDArray attention(NDArray maps) {
        NDArray scaled = scaled(maps);
        NDArray square = scaled.mul(scaled);
        NDArray energy = power % 2 == 0 ? square : scaled.abs();
        for (int reached = 2 - power % 2; reached < power; reached += 2) {
            energy = energy.mul(square);
        }
        return Vectors.unit(Vectors.rows(energy.mean(new int[] {1})), 1);
    }

    /**
     * Each sample with 1 as its largest size, which the length takes out again: high powers of
     * features that are large or small leave the range of a float.
     */
    private static NDArray scaled(NDArray maps) {
        NDArray largest = Vectors.rows(maps).abs().max(new int[] {1}, true).stopGradient();
        NDArray none = largest.logicalNot().toType(maps.getDataType(), false);
        return maps.div(largest.add(none).reshape(-1, 1, 1, 1));
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
