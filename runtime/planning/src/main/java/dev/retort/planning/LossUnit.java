package dev.retort.planning;

/** The unit of a cross-entropy per token. */
public enum LossUnit {
    /** Natural logarithms, what training code reports. */
    NATS(1),
    /** Logarithms to base 2: 1 bit is ln 2 nats. */
    BITS(Math.log(2));

    private final double nats;

    LossUnit(double nats) {
        this.nats = nats;
    }

    /**
     * A loss of this unit in nats.
     *
     * @param loss the loss in this unit
     * @return the loss in nats
     */
    public double toNats(double loss) {
        return loss * nats;
    }
}
