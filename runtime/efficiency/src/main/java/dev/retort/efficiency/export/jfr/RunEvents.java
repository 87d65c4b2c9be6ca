package dev.retort.efficiency.export.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;

import java.util.List;

/**
 * The events. The flight recorder stamps an event when it is committed and takes no other time, so
 * what is told later has a field {@code begin} of its own.
 */
final class RunEvents {
    static final List<Class<? extends Event>> ALL =
            List.of(
                    RunStarted.class,
                    RunEnded.class,
                    StepStatistics.class,
                    RegionSegment.class,
                    LateTime.class,
                    Moment.class,
                    VerdictChanged.class,
                    FigureValue.class,
                    FigureAbsent.class);

    private RunEvents() {}

    /** What all events have. */
    @Category({"Retort", "Run"})
    @StackTrace(false)
    abstract static class OfRun extends Event {
        @Label("Run")
        String run = "";
    }

    @Name("dev.retort.RunStarted")
    @Label("Run Started")
    static final class RunStarted extends OfRun {
        @Label("Tags")
        String tags = "";

        @Label("Attempt")
        int attempt;

        @Label("Begin")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        long begin;
    }

    @Name("dev.retort.RunEnded")
    @Label("Run Ended")
    static final class RunEnded extends OfRun {
        @Label("Outcome")
        String outcome = "";

        @Label("Steps")
        long steps;

        @Label("Elapsed")
        @Timespan(Timespan.NANOSECONDS)
        long elapsed;

        @Label("Goodput")
        @Percentage
        double goodput;
    }

    /** Only written once a step has ended, so that every number is measured. */
    @Name("dev.retort.StepStatistics")
    @Label("Step Statistics")
    static final class StepStatistics extends OfRun {
        @Label("Steps")
        long steps;

        @Label("Items")
        long items;

        @Label("Mean")
        @Timespan(Timespan.NANOSECONDS)
        long mean;

        @Label("50th Percentile")
        @Timespan(Timespan.NANOSECONDS)
        long p50;

        @Label("90th Percentile")
        @Timespan(Timespan.NANOSECONDS)
        long p90;

        @Label("99th Percentile")
        @Timespan(Timespan.NANOSECONDS)
        long p99;

        @Label("Longest")
        @Timespan(Timespan.NANOSECONDS)
        long longest;

        @Label("Goodput")
        @Percentage
        double goodput;
    }

    @Name("dev.retort.RegionSegment")
    @Label("Region Segment")
    static final class RegionSegment extends OfRun {
        @Label("Region")
        String region = "";

        @Label("Bucket")
        String bucket = "";

        @Label("Step")
        long step;

        @Label("Begin")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        long begin;

        @Label("Length")
        @Timespan(Timespan.NANOSECONDS)
        long length;
    }

    @Name("dev.retort.LateTime")
    @Label("Pause or Other Late Time")
    static final class LateTime extends OfRun {
        @Label("Bucket")
        String bucket = "";

        @Label("Begin")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        long begin;

        @Label("Length")
        @Timespan(Timespan.NANOSECONDS)
        long length;
    }

    @Name("dev.retort.Moment")
    @Label("Commit or Failure")
    static final class Moment extends OfRun {
        @Label("Kind")
        String kind = "";

        @Label("Step")
        long step;

        @Label("Begin")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        long begin;

        @Label("Message")
        String message = "";
    }

    @Name("dev.retort.VerdictChanged")
    @Label("Verdict Changed")
    static final class VerdictChanged extends OfRun {
        @Label("Bottleneck")
        String bottleneck = "";

        @Label("Severity")
        String severity = "";

        @Label("Share of Time")
        @Percentage
        double share;

        @Label("Evidence")
        String evidence = "";
    }

    @Name("dev.retort.Figure")
    @Label("Figure")
    static final class FigureValue extends OfRun {
        @Label("Name")
        String figure = "";

        @Label("Labels")
        String labels = "";

        @Label("Unit")
        String unit = "";

        @Label("Value")
        double value;
    }

    /** Written when the reason changes. */
    @Name("dev.retort.FigureAbsent")
    @Label("Absent Figure")
    static final class FigureAbsent extends OfRun {
        @Label("Name")
        String figure = "";

        @Label("Labels")
        String labels = "";

        @Label("Reason")
        String reason = "";
    }
}
