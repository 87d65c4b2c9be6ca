package dev.retort.efficiency;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What a run looked like at each second of the last quarter of an hour, and at some hundred moments
 * of all its time. Not thread-safe.
 */
final class RollingHistory {
    private static final long LONGEST = RunWindow.FIFTEEN_MINUTES.toNanos();

    /** Cells are kept sparsely: a run uses a dozen of two thousand. */
    private record Sample(long elapsed, Moment moment) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Thinned<Sample> whole = new Thinned<>();

    /** The numbers of a moment, by cell, before it is told what survived. */
    static final class Moment {
        private final int[] cells;
        private final long[] nanos;
        private final Work work;

        Moment(long[] all, Work work) {
            int used = 0;
            for (long part : all) {
                used += part != 0 ? 1 : 0;
            }
            cells = new int[used];
            nanos = new long[used];
            this.work = work;
            int at = 0;
            for (int cell = 0; cell < all.length; cell++) {
                if (all[cell] != 0) {
                    cells[at] = cell;
                    nanos[at++] = all[cell];
                }
            }
        }

        private void addTo(long[] all, int sign) {
            for (int i = 0; i < cells.length; i++) {
                all[cells[i]] += sign * nanos[i];
            }
        }
    }

    /** Keeps a moment, and forgets those too old to begin a window. */
    void add(long elapsed, Moment moment) {
        Sample now = new Sample(elapsed, moment);
        whole.add(now);
        samples.addLast(now);
        while (samples.size() > 1 && elapsed - second().elapsed() >= LONGEST) {
            samples.removeFirst();
        }
    }

    /** The window that ends now. */
    RunWindow window(Duration length, long elapsed, Moment now) {
        Sample begin = samples.getFirst();
        for (Sample sample : samples) {
            if (elapsed - sample.elapsed() < length.toNanos()) {
                break;
            }
            begin = sample;
        }
        return between(begin.moment(), now);
    }

    /** All time up to now, cut at the moments that are remembered. */
    List<RunHistory.Stretch> stretches(long elapsed, Moment now) {
        List<Sample> cuts = new ArrayList<>(whole.samples());
        if (elapsed > cuts.getLast().elapsed()) {
            cuts.add(new Sample(elapsed, now));
        }
        List<RunHistory.Stretch> stretches = new ArrayList<>();
        for (int i = 1; i < cuts.size(); i++) {
            Sample begin = cuts.get(i - 1);
            stretches.add(
                    new RunHistory.Stretch(
                            Duration.ofNanos(begin.elapsed()),
                            between(begin.moment(), cuts.get(i).moment())));
        }
        return stretches;
    }

    private static RunWindow between(Moment begin, Moment end) {
        long[] cells = new long[Cells.COUNT];
        end.addTo(cells, 1);
        begin.addTo(cells, -1);
        settleDebts(cells);
        return new RunWindow(
                Cells.ledger(cells, Arrays.stream(cells).sum()), end.work.minus(begin.work));
    }

    /**
     * Time that was moved within the window may have been booked before it: then its old cell owes
     * what its new cell has too much. Both are of one region, which has no less than before.
     */
    private static void settleDebts(long[] cells) {
        int row = Cells.COUNT / Region.LIMIT;
        for (int debtor = 0; debtor < cells.length; debtor++) {
            int first = debtor / row * row;
            for (int payer = first; payer < first + row && cells[debtor] < 0; payer++) {
                long paid = Math.min(Math.max(0, cells[payer]), -cells[debtor]);
                cells[payer] -= paid;
                cells[debtor] += paid;
            }
        }
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }
}
