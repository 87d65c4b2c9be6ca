package dev.retort.experiment.verdict;

/** Finds one of the largest of many numbers without sorting them all. */
final class Largest {
    private Largest() {}

    /**
     * The largest number below which as many as asked for stand.
     *
     * @param rank how many larger or equal ones to pass over
     * @param values the numbers
     * @param without the places to leave out
     * @return the number of that rank, or negative infinity if there are no more than {@code rank}
     */
    static double after(int rank, double[] values, boolean[] without) {
        // The root is the smallest of the rank + 1 largest so far.
        double[] heap = new double[Math.min(rank, values.length) + 1];
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            if (without[i]) {
                continue;
            }
            if (size < heap.length) {
                raise(heap, size++, values[i]);
            } else if (values[i] > heap[0]) {
                sink(heap, values[i]);
            }
        }
        return size > rank ? heap[0] : Double.NEGATIVE_INFINITY;
    }

    private static void raise(double[] heap, int place, double value) {
        int at = place;
        while (at > 0 && heap[(at - 1) / 2] > value) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = value;
    }

    private static void sink(double[] heap, double value) {
        int at = 0;
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = value;
    }
}
