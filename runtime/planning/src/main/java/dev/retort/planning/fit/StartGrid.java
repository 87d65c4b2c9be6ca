package dev.retort.planning.fit;

import java.util.ArrayList;
import java.util.List;

/** Where a fit of the parametric law starts from; the objective has several minima. */
@SuppressWarnings("ImmutableEnumChecker") // Never changed.
public enum StartGrid {
    /**
     * The published 4,500 starts of Hoffmann et al. 2022: α and β from 0 to 2 by 0.5, e from -1 to
     * 1 by 0.5, a and b from 0 to 25 by 5.
     */
    PUBLISHED(
            new double[] {0, 5, 10, 15, 20, 25},
            new double[] {-1, -0.5, 0, 0.5, 1},
            new double[] {0, 0.5, 1, 1.5, 2}),

    /** 162 starts where laws of language models lie, for many fits to data like them. */
    COARSE(new double[] {2, 6, 12}, new double[] {-1, 0.5}, new double[] {0.2, 0.5, 1});

    private final double[] weights;
    private final double[] rests;
    private final double[] exponents;

    StartGrid(double[] weights, double[] rests, double[] exponents) {
        this.weights = weights;
        this.rests = rests;
        this.exponents = exponents;
    }

    /**
     * The starts.
     *
     * @return (a, b, e, α, β) each
     */
    List<double[]> starts() {
        List<double[]> starts = new ArrayList<>();
        for (double a : weights) {
            for (double b : weights) {
                for (double e : rests) {
                    for (double alpha : exponents) {
                        for (double beta : exponents) {
                            starts.add(new double[] {a, b, e, alpha, beta});
                        }
                    }
                }
            }
        }
        return starts;
    }
}
