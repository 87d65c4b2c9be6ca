package dev.retort.efficiency.report;

import com.samskivert.mustache.Escapers;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunTrace;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.report.Timeline.Bin;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Formatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a run did when, as SVG elements that need nothing from outside. */
final class TimelineChart {
    private static final double WIDTH = 1060;
    private static final double LEFT = 64;
    private static final double RIGHT = 12;
    private static final double HEIGHT = 150;
    private static final double LANE = 22;
    private static final int SHOWN_SEGMENTS = 240;

    /** From below: what is wanted, then what is neither, then what is lost. */
    private static final List<Bucket> STACK =
            Arrays.stream(Bucket.values())
                    .sorted(
                            Comparator.comparing(Bucket::isBad)
                                    .thenComparing(bucket -> !bucket.isProgress())
                                    .thenComparing(Comparator.reverseOrder()))
                    .toList();

    private final Formatter svg = new Formatter(Locale.ROOT);
    private final long from;
    private final long to;

    private TimelineChart(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Draws the buckets over all time, with pauses, commits and failures below.
     *
     * @param timeline the bins, at least one
     * @param trace tells the moments
     */
    static String buckets(Timeline timeline, RunTrace trace) {
        return new TimelineChart(0, timeline.nanos()).draw(timeline, trace);
    }

    /**
     * Draws the last segments one by one: regions above, buckets below.
     *
     * @param trace has at least one segment
     */
    static String latest(RunTrace trace) {
        List<Segment> all = trace.segments();
        List<Segment> shown = all.subList(Math.max(0, all.size() - SHOWN_SEGMENTS), all.size());
        return new TimelineChart(shown.getFirst().fromNanos(), shown.getLast().toNanos())
                .draw(shown);
    }

    /** Of which time the last segments are, in nanoseconds. */
    static long latestNanos(RunTrace trace) {
        List<Segment> all = trace.segments();
        return all.getLast().toNanos()
                - all.get(Math.max(0, all.size() - SHOWN_SEGMENTS)).fromNanos();
    }

    private String draw(Timeline timeline, RunTrace trace) {
        double bottom = HEIGHT + 3 * 14 + 10;
        open(bottom + 20);
        double[] below = new double[timeline.bins().size()];
        for (Bucket bucket : STACK) {
            area(timeline.bins(), bucket, below);
        }
        row(HEIGHT + 14, "pauses");
        Set<Long> drawn = new HashSet<>();
        for (Late late : trace.late()) {
            if (late.bucket() == Bucket.JVM_PAUSE) {
                double x = x(late.fromNanos());
                double width = Math.max(1, x(late.toNanos()) - x);
                // Pauses that fall on one spot are drawn once; a run of hours has many.
                if (width > 1 || drawn.add(Math.round(2 * x))) {
                    svg.format(
                            "<rect class=\"b-JVM_PAUSE\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
                                    + " height=\"10\"/>",
                            x, HEIGHT + 6, width);
                }
            }
        }
        row(HEIGHT + 28, "commits");
        marks(trace, Mark.Kind.COMMIT, HEIGHT + 20, "commit");
        row(HEIGHT + 42, "failures");
        marks(trace, Mark.Kind.FAILURE, HEIGHT + 34, "failure");
        axis(bottom);
        return close();
    }

    private void area(List<Bin> bins, Bucket bucket, double[] below) {
        double[] above = below.clone();
        boolean any = false;
        for (int i = 0; i < bins.size(); i++) {
            Bin bin = bins.get(i);
            long part = bin.parts().getOrDefault(bucket, 0L);
            above[i] += (double) part / Math.max(1, bin.to() - bin.from());
            any |= part > 0;
        }
        if (any) {
            svg.format("<path class=\"b-%s\" d=\"M", bucket);
            for (int i = 0; i < bins.size(); i++) {
                step(bins.get(i).from(), bins.get(i).to(), above[i]);
            }
            for (int i = bins.size() - 1; i >= 0; i--) {
                step(bins.get(i).to(), bins.get(i).from(), below[i]);
            }
            svg.format("Z\"><title>%s</title></path>", Words.of(bucket.name()));
        }
        System.arraycopy(above, 0, below, 0, below.length);
    }

    private void step(long begin, long end, double share) {
        double y = HEIGHT * (1 - Math.min(1, share));
        svg.format("%.1f,%.2f %.1f,%.2f ", x(begin), y, x(end), y);
    }

    private void marks(RunTrace trace, Mark.Kind kind, double y, String css) {
        for (Mark mark : trace.marks()) {
            if (mark.kind() == kind) {
                double x = x(mark.nanos());
                svg.format(
                        "<path class=\"%s\" d=\"M%.1f,%.1f l4,9 h-8 Z\"><title>%s</title></path>",
                        css,
                        x,
                        y,
                        escaped(
                                "%s at step %d %s"
                                        .formatted(css, mark.step(), Words.plain(mark.text()))));
            }
        }
    }

    private String draw(List<Segment> shown) {
        double bottom = 2 * LANE + 34;
        open(bottom + 20);
        row(LANE, "region");
        row(2 * LANE + 10, "bucket");
        long step = -1;
        for (Segment segment : shown) {
            if (segment.step() != step && step >= 0) {
                double x = x(segment.fromNanos());
                svg.format(
                        "<line class=\"step\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.1f\"/>",
                        x, x, bottom - 8);
            }
            step = segment.step();
            lane(segment, segment.region(), segment.region().bucket(), 4);
            lane(segment, null, segment.bucket(), 4 + LANE + 10);
        }
        axis(bottom);
        return close();
    }

    private void lane(Segment segment, @Nullable Region region, Bucket colour, double y) {
        double x = x(segment.fromNanos());
        double width = Math.max(0.3, x(segment.toNanos()) - x);
        String name = region == null ? Words.of(colour.name()) : Words.plain(region.toString());
        svg.format(
                "<rect class=\"b-%s%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\">"
                        + "<title>%s, %s, step %d</title></rect>",
                colour,
                shade(region),
                x,
                y,
                width,
                LANE,
                escaped(name),
                Numbers.time(segment.nanos() * 1e-9),
                segment.step() + 1);
        if (region != null && width > 7.5 * name.length()) {
            svg.format(
                    "<text class=\"on\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    x + width / 2, y + LANE - 7, escaped(name));
        }
    }

    /** Tells the parts of a training step apart, which are of one bucket. */
    private static String shade(@Nullable Region region) {
        return region == Region.FORWARD ? " light" : region == Region.UPDATE ? " strong" : "";
    }

    private void open(double height) {
        svg.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", WIDTH, height);
    }

    private String close() {
        return svg.format("</svg>").toString();
    }

    private void row(double y, String label) {
        svg.format(
                "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                LEFT - 8, y, label);
    }

    private void axis(double y) {
        svg.format(
                "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                LEFT, WIDTH - RIGHT, y, y);
        for (LineChart.Tick tick : TimeTicks.of(from * 1e-9, to * 1e-9)) {
            double x = LEFT + tick.x() * (WIDTH - LEFT - RIGHT);
            svg.format(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    x, y + 15, tick.text());
        }
    }

    private double x(long nanos) {
        double share = (double) (nanos - from) / Math.max(1, to - from);
        return LEFT + Math.clamp(share, 0, 1) * (WIDTH - LEFT - RIGHT);
    }

    private static String escaped(String text) {
        return Escapers.HTML.escape(text);
    }
}
