package dev.retort.efficiency.figures;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How good a model was after how many items: what data efficiency is read from. Quality is better
 * where it is larger, such as accuracy.
 *
 * @param points in the order of their items
 */
public record LearningCurve(List<Point> points) {
    /**
     * One evaluation.
     *
     * @param items the items seen until then
     * @param quality the quality then
     */
    public record Point(long items, double quality) {}

    /** Checks that the items grow. */
    public LearningCurve {
        points = List.copyOf(points);
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).items() <= points.get(i - 1).items()) {
                throw new IllegalArgumentException(
                        "expected items that grow, found %s after %s"
                                .formatted(points.get(i), points.get(i - 1)));
            }
        }
    }

    /**
     * The items until a quality was first reached, between two evaluations on the straight line.
     *
     * @param quality the quality
     * @return the items, or empty if it never was
     */
    public OptionalDouble itemsTo(double quality) {
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            if (point.quality() >= quality) {
                if (i == 0) {
                    return OptionalDouble.of((double) point.items());
                }
                Point before = points.get(i - 1);
                double part = (quality - before.quality()) / (point.quality() - before.quality());
                return OptionalDouble.of(before.items() + part * (point.items() - before.items()));
            }
        }
        return OptionalDouble.empty();
    }

    /**
     * The data efficiency against a baseline: its items over ours, at the same quality.
     *
     * @param baseline the curve to compare with
     * @param quality the quality
     * @return above 1 if this one needs fewer items; empty if one of them never reached it
     */
    public OptionalDouble efficiencyOver(LearningCurve baseline, double quality) {
        OptionalDouble ours = itemsTo(quality);
        OptionalDouble theirs = baseline.itemsTo(quality);
        return ours.isPresent() && theirs.isPresent() && ours.getAsDouble() > 0
                ? OptionalDouble.of(theirs.getAsDouble() / ours.getAsDouble())
                : OptionalDouble.empty();
    }

    /**
     * The mean quality over the items: the area under the curve over its width.
     *
     * @return the mean, or empty with fewer than two points
     */
    public OptionalDouble meanQuality() {
        if (points.size() < 2) {
            return OptionalDouble.empty();
        }
        double area = 0;
        for (int i = 1; i < points.size(); i++) {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            area += (a.quality() + b.quality()) / 2 * (b.items() - a.items());
        }
        return OptionalDouble.of(area / (points.getLast().items() - points.getFirst().items()));
    }

    /**
     * What the last items brought: the slope of the last stretch.
     *
     * @return quality per item, or empty with fewer than two points
     */
    public OptionalDouble marginal() {
        if (points.size() < 2) {
            return OptionalDouble.empty();
        }
        Point a = points.get(points.size() - 2);
        Point b = points.getLast();
        return OptionalDouble.of((b.quality() - a.quality()) / (b.items() - a.items()));
    }
}
