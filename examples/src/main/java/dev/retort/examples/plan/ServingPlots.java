package dev.retort.examples.plan;

import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import java.util.ArrayList;
import java.util.List;

/** Plots of serving, in which what the memory does not hold is marked. */
final class ServingPlots {
    private static final int MARK = 5;

    private ServingPlots() {}

    /**
     * A plot on logarithmic axes.
     *
     * @param horizontal what is swept, with its unit
     * @param vertical what it costs, with its unit
     * @param lines the lines
     * @param misfits the points on them that do not fit
     */
    static Plot of(String horizontal, String vertical, List<Series> lines, List<Point> misfits) {
        List<Series> series = new ArrayList<>(lines);
        if (!misfits.isEmpty()) {
            series.add(new Series("does not fit", MARK, Kind.DOTS, misfits));
        }
        return new Plot(new Axis(horizontal, true), new Axis(vertical, true), series);
    }
}
