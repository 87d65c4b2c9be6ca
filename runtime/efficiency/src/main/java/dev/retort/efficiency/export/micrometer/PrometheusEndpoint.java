package dev.retort.efficiency.export.micrometer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Interval;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An endpoint that a Prometheus server scrapes, at {@code /metrics}: what {@link RunMetrics} has,
 * in Prometheus's text format, or in that of OpenMetrics to whoever accepts it. It answers from the
 * last interval, so a scrape costs the training nothing. It ends with the run.
 *
 * <p>A program that is a module needs {@code requires jdk.httpserver} and {@code requires
 * micrometer.registry.prometheus} beside this module; on the class path nothing is to be said.
 *
 * <p>There is no password and no encryption; on an address that others reach, they can read it.
 */
public final class PrometheusEndpoint implements Destination {
    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final InetSocketAddress wanted;
    private final RunMetrics metrics = new RunMetrics();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable HttpServer server;
    private @Nullable ExecutorService threads;

    private PrometheusEndpoint(InetSocketAddress wanted) {
        this.wanted = wanted;
        metrics.bindTo(registry);
    }

    /**
     * An endpoint for this machine alone.
     *
     * @param port the port, or 0 for any that is free
     * @return the destination
     */
    public static PrometheusEndpoint on(int port) {
        return on(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * An endpoint.
     *
     * @param address the address and port
     * @return the destination
     */
    public static PrometheusEndpoint on(InetSocketAddress address) {
        return new PrometheusEndpoint(Objects.requireNonNull(address, "address is null"));
    }

    /**
     * The address.
     *
     * @return the address and port that it listens on, or empty while it does not
     */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(HttpServer::getAddress);
    }

    @Override
    public String name() {
        return "Prometheus at " + wanted;
    }

    @Override
    public void open(RunAccount run) throws IOException {
        HttpServer created = HttpServer.create(wanted, 0);
        threads = Executors.newVirtualThreadPerTaskExecutor();
        created.setExecutor(threads);
        created.createContext(PATH, this::answer);
        created.start();
        server = created;
    }

    @Override
    public void accept(Interval interval) {
        metrics.accept(interval);
    }

    @Override
    public void close() {
        HttpServer open = server;
        if (open != null) {
            open.stop(0);
            server = null;
        }
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            String accepted = exchange.getRequestHeaders().getFirst("Accept");
            String type =
                    accepted != null && accepted.contains("application/openmetrics-text")
                            ? OPEN_METRICS
                            : TEXT;
            byte[] text = registry.scrape(type).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, head ? -1 : text.length == 0 ? -1 : text.length);
            if (!head) {
                exchange.getResponseBody().write(text);
            }
        }
    }
}
