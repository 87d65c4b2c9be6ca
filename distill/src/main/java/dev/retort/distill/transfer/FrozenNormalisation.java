package dev.retort.distill.transfer;

/** What a batch normalisation does in a block that is frozen. */
public enum FrozenNormalisation {
    /**
     * It normalises by the statistics that it has, and keeps them: the block runs in evaluation
     * mode, so dropout is off as well. The usual choice, since a frozen block with moving
     * statistics is not frozen.
     */
    KEEP_STATISTICS,

    /** It normalises by the batch, and its statistics follow the new data. */
    FOLLOW_DATA
}
