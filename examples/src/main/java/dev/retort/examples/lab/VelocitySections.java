package dev.retort.examples.lab;

import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.velocity.Forecast;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Policy;
import dev.retort.experiment.velocity.WhatIf;
import dev.retort.experiment.velocity.Window;
import dev.retort.planning.report.PlanPage.Section;
import dev.retort.planning.report.Plot;
import dev.retort.planning.report.Plot.Axis;
import dev.retort.planning.report.Plot.Kind;
import dev.retort.planning.report.Plot.Point;
import dev.retort.planning.report.Plot.Series;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a page says of velocity: the figures by team, and what other numbers of devices would do.
 */
record VelocitySections(Lab lab, Path folder, List<Milestone> events, @Nullable Double price) {
    List<Section> sections() throws IOException {
        return List.of(figures(), tradeOff());
    }

    private Section figures() throws IOException {
        Window window = VelocityColumns.upToNow(events);
        VelocityColumns found =
                new VelocityColumns(
                        RunLedgers.read(lab, folder, window), events, window, window.to(), price);
        Map<String, Map<String, Object>> columns = new LinkedHashMap<>();
        columns.put("all", found.all());
        columns.putAll(found.by("team"));
        return Section.ofTable(
                "Velocity",
                found.windowInWords()
                        + ", by team. A run without devices counts its cores"
                        + " as devices. L, λ and W of runs are measured by themselves; by Little's law L and λW"
                        + " differ by no more than the ends of the window explain. Goodput and"
                        + " energy are what runs measured of themselves.",
                VelocityColumns.heads(columns),
                VelocityColumns.rows(columns));
    }

    /** From as many devices as the largest run needs to eight times that. */
    private Section tradeOff() {
        int least = WhatIf.leastDevices(events);
        double perHour = price == null ? 1 : price;
        List<List<String>> rows = new ArrayList<>();
        List<Point> latency = new ArrayList<>();
        for (int times = 1; times <= 8; times *= 2) {
            Policy policy = new Policy(least * times, new Policy.Order.Priority(), true, perHour);
            Forecast forecast = WhatIf.replay(events, policy);
            forecast.queue()
                    .ifPresent(
                            queue ->
                                    latency.add(
                                            Point.of(
                                                    forecast.cost(),
                                                    queue.p50().toMillis() / 1e3)));
            rows.add(
                    List.of(
                            Integer.toString(policy.devices()),
                            seconds(forecast, false),
                            seconds(forecast, true),
                            LabPage.number(forecast.firstVerdictsPerDay()),
                            LabPage.number(forecast.utilisation()),
                            LabPage.number(forecast.cost())));
        }
        Plot plot =
                new Plot(
                        new Axis(price == null ? "device-hours paid" : "cost", false),
                        new Axis("wait for devices, median, s", false),
                        List.of(
                                new Series("numbers of devices", 0, Kind.LINE, latency),
                                new Series("each", 1, Kind.DOTS, latency)));
        return new Section(
                "Other numbers of devices",
                "Simulated from the log, not measured: runs are submitted when they were.",
                List.of(
                        "devices",
                        "wait p50, s",
                        "latency p50, s",
                        "verdicts per day",
                        "used",
                        price == null ? "device-hours paid" : "cost"),
                rows,
                latency.size() < 2 ? List.of() : List.of(plot));
    }

    private static String seconds(Forecast forecast, boolean latency) {
        return (latency ? forecast.latency() : forecast.queue())
                .map(found -> LabPage.number(found.p50().toMillis() / 1e3))
                .orElse("—");
    }
}
