package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The recurrence of a selective state space with a diagonal matrix (S6: Gu and Dao, Mamba, 2023,
 * equations 2 and 4 and section 3.6),
 *
 * <pre>
 * h[t] = exp(Δ[t] A) h[t − 1] + Δ[t] B[t] x[t]        y[t] = C[t] · h[t]
 * </pre>
 *
 * with a state of N elements for each channel, from a given state on, in chunks: positions of all
 * chunks that lie equally far from their chunk's begin are one operation. A first walk through the
 * chunks gives the state at the end of each as if it had begun empty; what one chunk hands to the
 * next follows from those, one chunk after another; a second walk begins with the right states. Its
 * work is proportional to the length. A decay is exp of a sum of negative numbers, never a
 * quotient, so that nothing overflows.
 *
 * @param chunk positions of a chunk, at least 1
 */
record SelectiveScan(int chunk) {
    /**
     * What a scan gives.
     *
     * @param outputs y, shape (batch, length, channels)
     * @param last the state after the last position, shape (batch, channels, N)
     */
    record Scanned(NDArray outputs, NDArray last) {}

    /**
     * Reads on from a state.
     *
     * @param begin h before the first position, shape (batch, channels, N)
     * @param x shape (batch, length, channels)
     * @param delta Δ, positive, shape (batch, length, channels)
     * @param a A, negative, shape (channels, N)
     * @param b B, shape (batch, length, N)
     * @param c C, shape (batch, length, N)
     * @return the outputs and the state after them
     */
    Scanned from(NDArray begin, NDArray x, NDArray delta, NDArray a, NDArray b, NDArray c) {
        long length = x.size(1);
        if (length == 1) {
            return next(begin, x, delta, a, b, c);
        }
        long batch = x.size(0);
        long channels = x.size(2);
        long size = a.size(1);
        int steps = (int) Math.min(chunk, length);
        long chunks = Math.ceilDiv(length, steps);
        NDArray steppedDelta = byStep(delta, steps, chunks);
        NDArray decay;
        try (NDArray exponent = steppedDelta.expandDims(3).mul(a)) {
            decay = exponent.exp();
        }
        NDArray drive =
                steppedDelta
                        .mul(byStep(x, steps, chunks))
                        .expandDims(3)
                        .mul(byStep(b, steps, chunks).expandDims(2));
        NDList decays = decay.split(steps, 0);
        NDList drives = drive.split(steps, 0);
        NDArray state = begin.expandDims(0);
        state.attach(x.getManager());
        if (chunks > 1) {
            NDArray ends = ends(decays, drives);
            NDArray whole = steppedDelta.sum(new int[] {0}).expandDims(2).mul(a).exp();
            state = begins(state, ends, whole, new Shape(batch, chunks, channels, size));
        }
        // (1, batch × chunks, 1, N) each
        NDList reads = byStep(c, steps, chunks).expandDims(2).split(steps, 0);
        NDList outputs = new NDList(steps);
        for (int i = 0; i < steps; i++) {
            NDArray next = decays.get(i).mul(state).addi(drives.get(i));
            state.close();
            state = next;
            try (NDArray read = state.mul(reads.get(i))) {
                outputs.add(read.sum(new int[] {3}));
            }
        }
        NDArray last = state.reshape(batch, chunks, channels, size).get(":, -1");
        return new Scanned(byPosition(NDArrays.concat(outputs, 0), batch, length), last);
    }

    /** One position, for which there is nothing to be put in order. */
    private static Scanned next(
            NDArray begin, NDArray x, NDArray delta, NDArray a, NDArray b, NDArray c) {
        NDArray step = delta.reshape(x.size(0), x.size(2), 1);
        NDArray drive = step.mul(x.reshape(step.getShape())).mul(b);
        NDArray state = step.mul(a).exp().mul(begin).add(drive);
        return new Scanned(state.mul(c).sum(new int[] {2}).expandDims(1), state);
    }

    /**
     * From (batch, length, elements) to (steps, batch × chunks, elements). What is missing in the
     * last chunk is filled with zeros: a Δ of 0 keeps a state as it is.
     */
    private static NDArray byStep(NDArray array, int steps, long chunks) {
        long batch = array.size(0);
        long elements = array.size(2);
        long missing = steps * chunks - array.size(1);
        NDArray full = array;
        if (missing > 0) {
            NDManager owner = array.getManager();
            NDArray zeros = owner.zeros(new Shape(batch, missing, elements), array.getDataType());
            full = array.concat(zeros, 1);
        }
        return full.reshape(batch, chunks, steps, elements)
                .transpose(2, 0, 1, 3)
                .reshape(steps, batch * chunks, elements);
    }

    /** Back from (steps, batch × chunks, elements), without what was filled in. */
    private static NDArray byPosition(NDArray array, long batch, long length) {
        long steps = array.size(0);
        long chunks = array.size(1) / batch;
        long elements = array.size(2);
        NDArray ordered =
                array.reshape(steps, batch, chunks, elements)
                        .transpose(1, 2, 0, 3)
                        .reshape(batch, chunks * steps, elements);
        return chunks * steps == length ? ordered : ordered.get(":, :{}", length);
    }

    /** The states at the ends of chunks that begin empty, (1, batch × chunks, channels, N). */
    private static NDArray ends(NDList decays, NDList drives) {
        NDArray state = drives.get(0);
        for (int i = 1; i < decays.size(); i++) {
            NDArray next = decays.get(i).mul(state).addi(drives.get(i));
            // The first drive is needed again.
            if (i > 1) {
                state.close();
            }
            state = next;
        }
        return state;
    }

    /**
     * The state at the begin of each chunk.
     *
     * @param first the state at the begin of the first, shape (1, batch, channels, N)
     * @param ends the states at the ends of chunks that began empty
     * @param whole the decay over each chunk, shape (batch × chunks, channels, N)
     * @param shape (batch, chunks, channels, N)
     */
    private static NDArray begins(NDArray first, NDArray ends, NDArray whole, Shape shape) {
        int chunks = Math.toIntExact(shape.get(1));
        NDList end = ends.reshape(shape).split(chunks, 1);
        NDList decay = whole.reshape(shape).split(chunks, 1);
        NDList begins = new NDList(chunks);
        begins.add(first.reshape(shape.get(0), 1, shape.get(2), shape.get(3)));
        for (int i = 0; i < chunks - 1; i++) {
            begins.add(decay.get(i).mul(begins.get(i)).add(end.get(i)));
        }
        return NDArrays.concat(begins, 1)
                .reshape(1, shape.get(0) * chunks, shape.get(2), shape.get(3));
    }
}
