package dev.retort.planning.fit;

/**
 * Parametric laws as their authors printed them, for comparison: answers differ by whose are used.
 */
@SuppressWarnings("ImmutableEnumChecker") // A record of numbers.
public enum PublishedLaw {
    /**
     * Hoffmann et al. 2022, approach 3. Its fit had stopped early: it does not describe its own
     * data.
     */
    HOFFMANN_2022(
            "Hoffmann et al. 2022",
            new ParametricLaw(406.4, 410.7, 1.69, 0.34, 0.28),
            70e6,
            5e9,
            16.2e9,
            500e9),
    /** Besiroglu et al. 2024, the replication on the same data. */
    BESIROGLU_2024(
            "Besiroglu et al. 2024",
            new ParametricLaw(482.01, 2085.43, 1.8172, 0.3478, 0.3658),
            70e6,
            5e9,
            16.2e9,
            500e9),
    /** Muennighoff et al. 2023, the law for unique data, on C4. */
    MUENNIGHOFF_2023(
            "Muennighoff et al. 2023",
            new ParametricLaw(
                    Math.exp(6.255414),
                    Math.exp(7.3049974),
                    Math.exp(0.6254804),
                    0.3526596,
                    0.3526596),
            7e6,
            1e8,
            9e9,
            900e9);

    private final String label;
    private final ParametricLaw law;
    private final double smallestModel;
    private final double leastTokens;
    private final double largestModel;
    private final double mostTokens;

    /** With the ends of models and data that the authors report of their runs. */
    PublishedLaw(
            String label,
            ParametricLaw law,
            double smallestModel,
            double leastTokens,
            double largestModel,
            double mostTokens) {
        this.label = label;
        this.law = law;
        this.smallestModel = smallestModel;
        this.leastTokens = leastTokens;
        this.largestModel = largestModel;
        this.mostTokens = mostTokens;
    }

    /**
     * A budget below which none of its runs can have been: that of the smallest model on the least
     * data that the authors report.
     *
     * @return FLOPs under C = 6ND
     */
    public double smallestBudget() {
        return 6 * smallestModel * leastTokens;
    }

    /**
     * A budget above which none of its runs can have been: that of the largest model on the most
     * data that the authors report.
     *
     * @return FLOPs under C = 6ND
     */
    public double largestBudget() {
        return 6 * largestModel * mostTokens;
    }

    /**
     * Who published it.
     *
     * @return authors and year
     */
    public String label() {
        return label;
    }

    /**
     * The law.
     *
     * @return the law, under C = 6ND
     */
    public ParametricLaw law() {
        return law;
    }
}
