package dev.retort.distill.train;

import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.recurrent.RecurrentBlock;

/**
 * Tells whether a network may draw from the engine's random generator when it trains. Seeding it
 * takes a tenth of a step of the smallest networks, which mostly draw nothing.
 */
final class RandomBlocks {
    private static final String DJL = "ai.djl.nn.";
    private static final String OURS = "dev.retort.distill.";
    private static final String UNNAMED = "anonymous";

    private RandomBlocks() {}

    /**
     * Whether a block or one in it may draw.
     *
     * @param block the block
     * @return false only where it is known not to: a block of others may do anything
     */
    static boolean mayDraw(Block block) {
        String name = block.getClass().getName();
        boolean known =
                switch (block) {
                    case Dropout _, RecurrentBlock _, SymbolBlock _ -> false;
                    case LambdaBlock lambda -> !lambda.getName().equals(UNNAMED);
                    default -> name.startsWith(DJL) || name.startsWith(OURS);
                };
        return !known || block.getChildren().values().stream().anyMatch(RandomBlocks::mayDraw);
    }
}
