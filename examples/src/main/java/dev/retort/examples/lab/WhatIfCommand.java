package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.lab.VelocityLog;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.StoppingWhatIf;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.velocity.Forecast;
import dev.retort.experiment.velocity.Latency;
import dev.retort.experiment.velocity.Milestone;
import dev.retort.experiment.velocity.Policy;
import dev.retort.experiment.velocity.WhatIf;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code retort lab what-if}: the log under other policies. */
@Command(
        name = "what-if",
        sortOptions = false,
        description = {
            "Replay what happened with other numbers of devices and other orders: what latency,"
                    + " throughput and cost would have been, from the cheapest to the fastest.",
            "Simulated, not measured: runs are submitted when they were, and take as long as they"
                    + " did. With --factor, what a stricter ASHA would have made of each search."
        })
final class WhatIfCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--devices",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,4,8",
            description =
                    "Numbers of devices, or of cores for runs without any (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<Integer> devices;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            split = ",",
            defaultValue = "PRIORITY",
            description = "Who goes first: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<Order> orders;

    @Option(
            names = "--share",
            paramLabel = "TEAM=WEIGHT",
            split = ",",
            description =
                    "With the order FAIR: how much a team gets against the others, such as vision=2"
                            + " (default: 1 each).")
    private Map<String, Double> shares = Map.of();

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            description =
                    "What an hour of a device costs, used or not (default: device-hours are shown"
                            + " instead of the cost).")
    private @Nullable Double price;

    @Option(
            names = "--factor",
            paramLabel = "N",
            description = "Also: one of so many trials goes on at each rung of a search by ASHA.")
    private @Nullable Integer factor;

    @Option(names = "--json", description = "Print JSON instead of tables.")
    private boolean json;

    /** Who goes first. */
    enum Order {
        FIFO,
        PRIORITY,
        FAIR,
        SHORTEST
    }

    @Override
    public Integer call() throws IOException {
        if (!shares.isEmpty() && !orders.contains(Order.FAIR)) {
            throw new IOException("expected --order FAIR with --share, found " + orders);
        }
        Map<String, List<Map<String, Object>>> found =
                parent.open(
                        (lab, store) -> {
                            LabCommand.checkPrice(price, lab);
                            Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
                            all.put("policies", policies(VelocityLog.of(store)));
                            if (factor != null) {
                                all.put("searches", searches(store, factor));
                            }
                            return all;
                        });
        if (json) {
            parent.print(found);
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("Simulated from the log, not measured.");
        found.forEach((name, rows) -> print(out, rows));
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        out.println();
        TextTable table = new TextTable(List.copyOf(rows.getFirst().keySet()));
        rows.forEach(
                row -> table.row(row.values().stream().map(VelocityFigures::written).toList()));
        table.print(out);
    }

    private List<Map<String, Object>> policies(List<Milestone> events) {
        List<Map<String, Object>> rows = new ArrayList<>();
        int least = WhatIf.leastDevices(events);
        for (int count : devices) {
            if (count > 0 && count < least) {
                note("--devices %d is left out: the largest run needs %d".formatted(count, least));
                continue;
            }
            for (Order order : orders) {
                Policy.Order by =
                        switch (order) {
                            case FIFO -> new Policy.Order.Fifo();
                            case PRIORITY -> new Policy.Order.Priority();
                            case FAIR -> new Policy.Order.FairShares(shares);
                            case SHORTEST -> new Policy.Order.ShortestFirst();
                        };
                double perHour = price == null ? 1 : price;
                Forecast forecast = WhatIf.replay(events, new Policy(count, by, true, perHour));
                rows.add(row(order, forecast));
            }
        }
        return rows;
    }

    /** Beside the tables, so that what is read by a program stays what it is. */
    private void note(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    private Map<String, Object> row(Order order, Forecast forecast) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("devices", forecast.policy().devices());
        row.put("order", Texts.words(order));
        row.put("runs", forecast.runs());
        row.put("queue p50, s", seconds(forecast.queue(), true));
        row.put("queue p90, s", seconds(forecast.queue(), false));
        row.put("latency p50, s", seconds(forecast.latency(), true));
        row.put("latency p90, s", seconds(forecast.latency(), false));
        row.put("verdicts/day", forecast.firstVerdictsPerDay());
        row.put("span, s", forecast.span().toMillis() / 1e3);
        row.put("used", forecast.utilisation());
        row.put(price == null ? "device-hours paid" : "cost", forecast.cost());
        return row;
    }

    private static Object seconds(Optional<Latency.Percentiles> of, boolean median) {
        return of.map(found -> median ? found.p50() : found.p90())
                .<Object>map(duration -> duration.toMillis() / 1e3)
                .orElse("—");
    }

    private List<Map<String, Object>> searches(EventStore store, int factor) {
        List<Map<String, Object>> rows = new ArrayList<>();
        store.read(state -> List.copyOf(state.experiments()))
                .forEach(
                        experiment -> {
                            SearchPlan plan = experiment.search();
                            Rungs rungs = plan == null ? null : rungs(plan.stopping());
                            if (plan != null && rungs != null && rungs.factor() <= factor) {
                                List<Report> reports =
                                        store.read(state -> state.reports(experiment.id(), 0));
                                Rungs other = new Rungs(rungs.least(), rungs.most(), factor);
                                StoppingWhatIf what =
                                        plan.stopping() instanceof AshaPromotion
                                                ? StoppingWhatIf.of(
                                                        reports,
                                                        new AshaPromotion(other),
                                                        plan.parallel())
                                                : StoppingWhatIf.of(
                                                        reports, new AshaStopping(other));
                                Map<String, Object> row = new LinkedHashMap<>();
                                row.put("search", experiment.id());
                                row.put("factor", rungs.factor() + " → " + factor);
                                row.put("epochs trained", what.logged());
                                row.put("epochs then", what.epochs());
                                row.put("trials stopped", what.stopped());
                                row.put("best kept", what.bestKept() ? "yes" : "no");
                                rows.add(row);
                            }
                        });
        if (rows.isEmpty()) {
            note(
                    "no search is shown: expected one by ASHA with a factor of at most %d"
                            .formatted(factor));
        }
        return rows;
    }

    private static @Nullable Rungs rungs(@Nullable EarlyStopping rule) {
        return switch (rule) {
            case AshaStopping asha -> asha.rungs();
            case AshaPromotion asha -> asha.rungs();
            case null, default -> null;
        };
    }
}
