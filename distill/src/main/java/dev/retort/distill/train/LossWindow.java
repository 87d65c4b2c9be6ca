package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps the losses of steps on the device, a scalar a step, and reads many at once. The mean of an
 * epoch is over samples, and does not depend on when the losses were read.
 */
final class LossWindow implements AutoCloseable {
    private final NDManager parent;
    private NDManager owner;
    private final NDList unread = new NDList();
    private int[] sizes = new int[16];
    private Sums sums;

    /**
     * What has been read.
     *
     * @param epochSum losses of the epoch, each times its samples
     * @param epochSamples their samples
     * @param sum losses since the window began, each times its samples
     * @param samples their samples
     * @param steps how many they are
     */
    record Sums(double epochSum, long epochSamples, double sum, long samples, int steps) {
        static final Sums NONE = new Sums(0, 0, 0, 0, 0);

        Sums plus(double loss, int size) {
            double part = loss * size;
            return new Sums(
                    epochSum + part, epochSamples + size, sum + part, samples + size, steps + 1);
        }

        Sums nextWindow() {
            return new Sums(epochSum, epochSamples, 0, 0, 0);
        }
    }

    /**
     * A window of an epoch.
     *
     * @param parent the losses live in sub-managers of it
     * @param sums what had been read when the epoch was left
     */
    LossWindow(NDManager parent, Sums sums) {
        this.parent = parent;
        this.sums = sums;
        owner = parent.newSubManager();
    }

    /** Takes the loss of a step over. */
    void add(NDArray stepLoss, int size) {
        if (unread.size() == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * sizes.length);
        }
        // What is left of its graph after the backward pass goes with it: to cut it off would
        // make one more array in each step.
        stepLoss.attach(owner);
        sizes[unread.size()] = size;
        unread.add(stepLoss);
    }

    /** Whether a read would read anything. */
    boolean isRead() {
        return unread.isEmpty();
    }

    /** The steps since the window began. */
    int steps() {
        return sums.steps() + unread.size();
    }

    /**
     * A loss that is no finite number.
     *
     * @param loss the loss
     * @param stepsAgo 0 for the last step
     */
    record Offence(double loss, int stepsAgo) {}

    /**
     * Reads what is on the device, which waits for it.
     *
     * @return the first loss that is no finite number
     */
    Optional<Offence> read() {
        int count = unread.size();
        if (count == 0) {
            return Optional.empty();
        }
        double[] losses = values();
        unread.clear();
        owner.close();
        owner = parent.newSubManager();
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(losses[i])) {
                return Optional.of(new Offence(losses[i], count - 1 - i));
            }
            sums = sums.plus(losses[i], sizes[i]);
        }
        return Optional.empty();
    }

    private double[] values() {
        NDArray all = NDArrays.stack(unread);
        all.attach(owner);
        NDArray wide = all.toType(DataType.FLOAT64, false);
        wide.attach(owner);
        return wide.toDoubleArray();
    }

    /** What has been read. */
    Sums sums() {
        return sums;
    }

    /** The mean over the samples of the window, all of it read; begins the next one. */
    double next() {
        double mean = sums.sum() / sums.samples();
        sums = sums.nextWindow();
        return mean;
    }

    double epochMean() {
        return sums.epochSum() / sums.epochSamples();
    }

    @Override
    public void close() {
        owner.close();
    }
}
