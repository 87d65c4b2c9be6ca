package dev.retort.planning.inference;

/**
 * A phase of serving against both roofs: it takes as long as the roof that it meets first.
 *
 * @param flops the FLOPs
 * @param bytes the bytes that are read and written
 * @param arithmeticSeconds the time that the FLOPs take
 * @param memorySeconds the time that the bytes take
 */
public record Phase(double flops, double bytes, double arithmeticSeconds, double memorySeconds) {
    /** The roof that bounds a phase. */
    public enum Bound {
        /** Arithmetic. */
        ARITHMETIC,
        /** Bandwidth to memory. */
        BANDWIDTH
    }

    static Phase of(double flops, double bytes, DeviceRoofs roofs) {
        return new Phase(
                flops, bytes, flops / roofs.flopsPerSecond(), bytes / roofs.bytesPerSecond());
    }

    /**
     * How long it takes.
     *
     * @return seconds
     */
    public double seconds() {
        return Math.max(arithmeticSeconds, memorySeconds);
    }

    /**
     * Which roof bounds it.
     *
     * @return the roof
     */
    public Bound bound() {
        return arithmeticSeconds >= memorySeconds ? Bound.ARITHMETIC : Bound.BANDWIDTH;
    }

    /**
     * The arithmetic intensity.
     *
     * @return FLOPs a byte
     */
    public double intensity() {
        return flops / bytes;
    }
}
