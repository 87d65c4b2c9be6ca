package dev.retort.planning;

/**
 * How the width and depth of a transformer follow from its parameters: blocks of 12 width²
 * parameters each (four of attention, eight of a feed-forward network four times as wide), and a
 * fixed ratio of width to depth. So N = 12 · layers · width² with layers = width / aspect.
 *
 * @param aspect width over depth, positive; 128 is that of GPT-3's larger models
 */
public record ShapeRule(double aspect) {
    private static final double BLOCK = 12;

    /** The ratio of GPT-3's larger models and of many after them. */
    public static final ShapeRule USUAL = new ShapeRule(128);

    /** Checks the ratio. */
    public ShapeRule {
        if (!(aspect > 0 && Double.isFinite(aspect))) {
            throw new PlanningException(
                    "expected a positive ratio of width to depth, found " + aspect);
        }
    }

    /**
     * The width of the residual stream.
     *
     * @param parameters parameters of the blocks, without embeddings
     * @return the width, not rounded
     */
    public double width(double parameters) {
        return Math.cbrt(parameters * aspect / BLOCK);
    }

    /**
     * The number of blocks.
     *
     * @param parameters parameters of the blocks, without embeddings
     * @return the number, not rounded
     */
    public double layers(double parameters) {
        return width(parameters) / aspect;
    }
}
