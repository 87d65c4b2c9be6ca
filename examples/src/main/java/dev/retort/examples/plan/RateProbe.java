package dev.retort.examples.plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.planning.inference.Bandwidth;
import dev.retort.planning.inference.MeasuredRates;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Measures what a device does, each rate on an operation of its own. Each {@link #measure} takes a
 * fraction of a second and adds a try of each rate, so that tries can lie among the measurements
 * that the rates are to explain, on a machine that is faster at one time than at another. Confined
 * to one thread.
 */
final class RateProbe implements AutoCloseable {
    /** Rows and columns of the matrices whose product arithmetic bounds. */
    private static final long ROWS = 1024;

    /** Numbers of an array that one operation takes: 256 KiB. */
    private static final int PART = 1 << 16;

    /** How many such parts are touched again and again, up to 48 MiB of operands and results. */
    private static final List<Integer> PARTS = List.of(1, 4, 8, 16, 64);

    /** How many such parts a matrix has, up to 64 MiB. */
    private static final List<Integer> MATRICES = List.of(1, 4, 16, 64, 256);

    /** Parts that are touched in one try: small arrays more often. */
    private static final int TOUCHED = 256;

    /** Columns of the matrix that a vector is multiplied with: the width of a head. */
    private static final long COLUMNS = 64;

    /** Numbers whose exponentials are taken: 2 MiB. */
    private static final long CACHED = 1L << 19;

    /** Steps of a layer of the least size in one try. */
    private static final int STEPS = 200;

    /** Parts that a layer of the least size reads in one try. */
    private static final int PART_READINGS = 20;

    private static final int BYTES = 4;

    private final NDManager manager;
    private final Tries product;
    private final Tries exponential;
    private final Tries call;
    private final Tries attentionStep;
    private final Tries stateSpaceStep;
    private final Tries stateSpacePart;
    private final List<Tries> elementwise = new ArrayList<>();
    private final List<Tries> reading = new ArrayList<>();

    /** A quantity in seconds that is measured again and again. */
    private static final class Tries {
        private final DoubleSupplier quantity;
        private final List<Double> seconds = new ArrayList<>();

        Tries(DoubleSupplier quantity) {
            this.quantity = quantity;
        }

        Tries(int repeats, Supplier<NDArray> operation) {
            this(() -> mean(repeats, operation));
        }

        private static double mean(int repeats, Supplier<NDArray> operation) {
            long begin = System.nanoTime();
            for (int i = 1; i < repeats; i++) {
                operation.get().close();
            }
            MixerTimes.await(operation.get());
            return (System.nanoTime() - begin) / 1e9 / repeats;
        }

        void add() {
            seconds.add(quantity.getAsDouble());
        }

        double median() {
            double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /**
     * Prepares what is measured.
     *
     * @param parent its arrays live in a sub-manager of it
     * @param leastAttention attention of width 1
     * @param leastStateSpace a state space of width 1 with a state of 1
     * @param positionsAtOnce how many it reads at once
     */
    RateProbe(
            NDManager parent,
            MixerTimes leastAttention,
            MixerTimes leastStateSpace,
            int positionsAtOnce) {
        manager = parent.newSubManager();
        NDArray square = manager.ones(new Shape(ROWS, ROWS));
        NDArray cached = manager.ones(new Shape(CACHED));
        NDArray one = manager.ones(new Shape(1));
        product = new Tries(2, () -> square.matMul(square));
        exponential = new Tries(20, cached::exp);
        call = new Tries(1000, () -> one.mul(one));
        attentionStep = steps(leastAttention);
        stateSpaceStep = steps(leastStateSpace);
        stateSpacePart = parts(leastStateSpace, positionsAtOnce);
        PARTS.forEach(parts -> elementwise.add(products(parts)));
        MATRICES.forEach(parts -> reading.add(vectorProduct(parts)));
    }

    /**
     * Products element by element, part by part, whose results stay until all are there, so that
     * what is touched is all of both operands and of the results.
     */
    private Tries products(int parts) {
        NDList one = manager.ones(new Shape((long) PART * parts)).split(parts, 0);
        NDList other = manager.ones(new Shape((long) PART * parts)).split(parts, 0);
        return new Tries(
                TOUCHED / parts,
                () -> {
                    NDList results = new NDList(parts);
                    for (int i = 0; i < parts; i++) {
                        results.add(one.get(i).mul(other.get(i)));
                    }
                    NDArray last = results.removeLast();
                    results.close();
                    return last;
                });
    }

    /** A vector times a matrix, each of whose numbers is read once. */
    private Tries vectorProduct(int parts) {
        long rows = (long) PART * parts / COLUMNS;
        NDArray matrix = manager.ones(new Shape(rows, COLUMNS));
        NDArray vector = manager.ones(new Shape(1, rows));
        return new Tries(TOUCHED / parts, () -> vector.matMul(matrix));
    }

    private static Tries steps(MixerTimes least) {
        return new Tries(
                () -> {
                    try (MixerTimes.Positions positions = least.positions(1 + STEPS)) {
                        positions.readTo(1);
                        return positions.seconds(STEPS);
                    }
                });
    }

    private static Tries parts(MixerTimes least, int positions) {
        return new Tries(
                () -> {
                    double sum = 0;
                    for (int i = 0; i < PART_READINGS; i++) {
                        sum += least.prefill(positions);
                    }
                    return sum / PART_READINGS;
                });
    }

    /** How many calls on nearly nothing take as long as a step of the least attention. */
    double attentionStepCalls() {
        return attentionStep.median() / call.median();
    }

    /** How many calls on nearly nothing take as long as a step of the least state space. */
    double stateSpaceStepCalls() {
        return stateSpaceStep.median() / call.median();
    }

    /** How many calls on nearly nothing take as long as a part read by the least state space. */
    double stateSpacePartCalls() {
        return stateSpacePart.median() / call.median();
    }

    /** Adds a try of each rate. */
    void measure() {
        product.add();
        exponential.add();
        call.add();
        attentionStep.add();
        stateSpaceStep.add();
        stateSpacePart.add();
        elementwise.forEach(Tries::add);
        reading.forEach(Tries::add);
    }

    /** The medians of all tries. */
    MeasuredRates rates() {
        double perCall = call.median();
        List<Bandwidth.Rate> ofProducts = new ArrayList<>();
        for (int i = 0; i < PARTS.size(); i++) {
            int parts = PARTS.get(i);
            ofProducts.add(rate(3 * parts, elementwise.get(i).median(), parts * perCall));
        }
        List<Bandwidth.Rate> ofMatrices = new ArrayList<>();
        for (int i = 0; i < MATRICES.size(); i++) {
            ofMatrices.add(rate(MATRICES.get(i), reading.get(i).median(), perCall));
        }
        return new MeasuredRates(
                2.0 * ROWS * ROWS * ROWS / product.median(),
                new Bandwidth(ofProducts),
                new Bandwidth(ofMatrices),
                CACHED / exponential.median(),
                perCall);
    }

    /**
     * The rate beside calls. Where those take all the time, as on a device that does the work
     * meanwhile, half of it is taken to be the work's.
     *
     * @param parts how many parts are touched
     * @param seconds what that took
     * @param callSeconds what as many calls on nearly nothing take
     */
    static Bandwidth.Rate rate(int parts, double seconds, double callSeconds) {
        double bytes = (double) BYTES * PART * parts;
        return new Bandwidth.Rate(bytes, bytes / Math.max(seconds - callSeconds, seconds / 2));
    }

    @Override
    public void close() {
        manager.close();
    }
}
