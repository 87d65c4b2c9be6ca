package dev.retort.bench.kernels;

/**
 * A kernel on inputs of one shape.
 *
 * @param name of the kernel, as {@code --only} takes it
 * @param shape for the reader
 * @param bytes the fewest that must move: each input read once, each output written once
 * @param operations floating-point operations, an exponential or a root counted as one
 * @param setBytes device memory of one set of inputs and outputs
 * @param prepare allocates and fills
 */
record KernelCase(
        String name,
        String shape,
        long bytes,
        long operations,
        long setBytes,
        Preparation prepare) {

    /** How a case is made ready. */
    interface Preparation {
        /**
         * Allocates the memory of all sets and fills it.
         *
         * @param lab the device
         * @param sets how many sets of inputs to rotate through
         */
        Prepared with(Lab lab, int sets);
    }

    /** A case with its memory, owned. */
    interface Prepared extends AutoCloseable {
        /** Launches the kernel on a set of inputs. */
        void launch(int set);

        /**
         * Runs the kernel once more, on fresh random inputs and into poisoned outputs, and compares
         * with the reference.
         */
        Check check();

        @Override
        void close();
    }

    /**
     * How far the results are from the reference.
     *
     * @param difference ‖found − expected‖ / ‖expected‖; NaN when something was not written
     * @param tolerance what it may be
     * @param compared how many results were compared
     */
    record Check(double difference, double tolerance, long compared) {
        boolean passed() {
            return difference <= tolerance;
        }
    }
}
