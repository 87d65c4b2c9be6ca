package dev.retort.torch.conformance;

import org.jspecify.annotations.Nullable;

/**
 * One call of the catalogue.
 *
 * @param name unique, {@code group/operation/variant}; the seed of its operands comes from it
 * @param tolerance how equal the results of two engines must be
 * @param body what is called
 */
record Case(String name, Tolerance tolerance, Body body) {

    /** The operation under test, the first two parts of the name. */
    String operation() {
        String[] parts = name.split("/", 3);
        return parts[0] + "/" + parts[1];
    }

    /** What a case does with its operands. */
    @FunctionalInterface
    interface Body {
        /**
         * Calls the operation.
         *
         * @param in makes the operands
         * @return an {@code NDArray}, an {@code NDList}, a list of results, a primitive array, or a
         *     value that prints the same on every engine
         * @throws Exception what the engine throws; its class is the result then
         */
        @Nullable Object run(Operands in) throws Exception;
    }
}
