package dev.retort.efficiency.export.otel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;

import dev.retort.device.Reading;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.Figure.Kind;
import dev.retort.efficiency.export.Figure.Unit;
import dev.retort.efficiency.export.Runs;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class OpenTelemetryMetricsTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();

    @AfterEach
    void close() {
        run.close();
    }

    private static OpenTelemetrySdk sdk(MetricReader reader) {
        return OpenTelemetrySdk.builder()
                .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
                .build();
    }

    private static Map<String, MetricData> byName(Collection<MetricData> metrics) {
        Map<String, MetricData> byName = new HashMap<>();
        metrics.forEach(metric -> byName.put(metric.getName(), metric));
        return byName;
    }

    private static MetricData at(Map<String, MetricData> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    private static DoublePointData point(MetricData metric, String attribute, String value) {
        Collection<DoublePointData> points =
                metric.getType() == MetricDataType.DOUBLE_GAUGE
                        ? metric.getDoubleGaugeData().getPoints()
                        : metric.getDoubleSumData().getPoints();
        return points.stream()
                .filter(
                        point ->
                                value.equals(
                                        point.getAttributes()
                                                .get(AttributeKey.stringKey(attribute))))
                .findFirst()
                .orElseThrow(() -> new AssertionError(metric));
    }

    /** Names, units, types and attributes as the conventions have them. */
    @Test
    void gpusFollowTheSemanticConventions() {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        OpenTelemetryMetrics metrics = OpenTelemetryMetrics.of(sdk(reader));
        List<Figure> figures = new ArrayList<>();
        for (String gpu : List.of("GPU-a", "GPU-b")) {
            figures.add(Runs.gpu("busy", Unit.RATIO, Kind.GAUGE, 0.5, gpu));
            figures.add(Runs.gpu("memory.used", Unit.BYTES, Kind.GAUGE, 1e9, gpu));
            figures.add(Runs.gpu("energy", Unit.JOULES, Kind.COUNTER, 70, gpu));
            figures.add(Runs.gpu("power.instant", Unit.WATTS, Kind.GAUGE, 300, gpu));
            figures.add(Runs.gpu("temperature", Unit.CELSIUS, Kind.GAUGE, 60, gpu));
            figures.add(Runs.gpu("memory.temperature", Unit.CELSIUS, Kind.GAUGE, 80, gpu));
            figures.add(Runs.gpu("pcie.received", Unit.BYTES, Kind.COUNTER, 5, gpu));
            figures.add(Runs.gpu("pcie.transmitted", Unit.BYTES, Kind.COUNTER, 6, gpu));
            figures.add(Runs.gpu("ecc.uncorrected", Unit.COUNT, Kind.COUNTER, 1, gpu));
            figures.add(Runs.gpu("sm.clock", Unit.HERTZ, Kind.GAUGE, 1e9, gpu));
        }
        metrics.accept(run.interval(figures));
        Map<String, MetricData> found = byName(reader.collectAllMetrics());
        assertMetric(found, "hw.gpu.utilization", "1", MetricDataType.DOUBLE_GAUGE);
        assertMetric(found, "hw.gpu.memory.usage", "By", MetricDataType.DOUBLE_SUM);
        assertFalse(at(found, "hw.gpu.memory.usage").getDoubleSumData().isMonotonic());
        assertMetric(found, "hw.energy", "J", MetricDataType.DOUBLE_SUM);
        assertTrue(at(found, "hw.energy").getDoubleSumData().isMonotonic());
        assertMetric(found, "hw.power", "W", MetricDataType.DOUBLE_GAUGE);
        assertMetric(found, "hw.temperature", "Cel", MetricDataType.DOUBLE_GAUGE);
        assertMetric(found, "hw.gpu.io", "By", MetricDataType.DOUBLE_SUM);
        assertMetric(found, "hw.errors", "{error}", MetricDataType.DOUBLE_SUM);
        assertMetric(found, "retort.device.gpu.sm.clock", "Hz", MetricDataType.DOUBLE_GAUGE);
        assertEquals(10 - 2, found.size(), found.keySet()::toString);
        DoublePointData busy = point(at(found, "hw.gpu.utilization"), "hw.id", "GPU-b");
        assertEquals(0.5, busy.getValue());
        assertEquals(
                Attributes.builder()
                        .put("hw.id", "GPU-b")
                        .put("hw.name", "Test GPU")
                        .put("hw.type", "gpu")
                        .put("hw.gpu.task", "general")
                        .put("retort.run", "run \"1\"")
                        .put("retort.team", "vision")
                        .build(),
                busy.getAttributes());
        assertEquals(
                6, point(at(found, "hw.gpu.io"), "network.io.direction", "transmit").getValue());
        assertEquals(1, point(at(found, "hw.errors"), "error.type", "uncorrected").getValue());
        DoublePointData memory = point(at(found, "hw.temperature"), "hw.id", "GPU-a/memory");
        assertEquals(80, memory.getValue());
        assertEquals("GPU-a", memory.getAttributes().get(AttributeKey.stringKey("hw.parent")));
        metrics.remove();
        assertTrue(reader.collectAllMetrics().isEmpty());
    }

    private static void assertMetric(
            Map<String, MetricData> found, String name, String unit, MetricDataType type) {
        MetricData metric = at(found, name);
        assertEquals(unit, metric.getUnit());
        assertEquals(type, metric.getType(), name);
    }

    @Test
    void theRunIsInTheExtensionNamespaceAndWhatIsAbsentIsMissing() {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        ExportOptions.of(run.meter).to(OpenTelemetryMetrics.of(sdk(reader))).every(NEVER).start();
        for (int i = 0; i < 10; i++) {
            run.step();
        }
        run.meter.finish();
        // After the end, as a reader with a long period would.
        Map<String, MetricData> found = byName(reader.collectAllMetrics());
        assertEquals(
                0.04,
                point(at(found, "retort.run.time"), "retort.region", "INPUT").getValue(),
                1e-12);
        assertEquals("s", at(found, "retort.run.time").getUnit());
        MetricData steps = at(found, "retort.run.steps");
        assertEquals(10, point(steps, "retort.run", "run \"1\"").getValue());
        assertTrue(steps.getDoubleSumData().isMonotonic());
        assertFalse(found.containsKey("retort.run.tokens"));
        assertFalse(found.containsKey("retort.run.mfu"));
    }

    @Test
    void aRunTakesThePlaceOfAnEarlierOneOfItsName() {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        OpenTelemetrySdk sdk = sdk(reader);
        OpenTelemetryMetrics first = OpenTelemetryMetrics.of(sdk);
        OpenTelemetryMetrics second = OpenTelemetryMetrics.of(sdk);
        first.accept(run.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.25))));
        second.accept(run.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.5))));
        for (int i = 0; i < 2; i++) {
            Collection<DoublePointData> points =
                    at(byName(reader.collectAllMetrics()), "retort.run.goodput")
                            .getDoubleGaugeData()
                            .getPoints();
            assertEquals(List.of(0.5), points.stream().map(DoublePointData::getValue).toList());
            first.remove();
        }
        second.remove();
        assertTrue(reader.collectAllMetrics().isEmpty());
    }

    @Test
    void aDeviceOfUnknownNameHasNone() {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        Map<String, String> labels = Map.of("device", "GPU-a", "device_name", "", "scope", "");
        OpenTelemetryMetrics.of(sdk(reader))
                .accept(
                        run.interval(
                                List.of(
                                        new Figure(
                                                "device.gpu.busy",
                                                Unit.RATIO,
                                                Kind.GAUGE,
                                                labels,
                                                Reading.now(0.5, "test")))));
        DoublePointData busy =
                point(
                        at(byName(reader.collectAllMetrics()), "hw.gpu.utilization"),
                        "hw.id",
                        "GPU-a");
        assertFalse(busy.getAttributes().asMap().containsKey(AttributeKey.stringKey("hw.name")));
    }

    /** A small collector, which decodes what the SDK sends. */
    @Test
    void aCollectorDecodesWhatTheSdkSends() throws Exception {
        List<ExportMetricsServiceRequest> received =
                Collections.synchronizedList(new ArrayList<>());
        HttpServer collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/v1/metrics",
                exchange -> {
                    try (exchange) {
                        received.add(
                                ExportMetricsServiceRequest.parseFrom(
                                        exchange.getRequestBody().readAllBytes()));
                        byte[] answer =
                                ExportMetricsServiceResponse.getDefaultInstance().toByteArray();
                        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
                    }
                });
        collector.start();
        try {
            OtlpHttpMetricExporter exporter =
                    OtlpHttpMetricExporter.builder()
                            .setEndpoint(
                                    "http://127.0.0.1:%d/v1/metrics"
                                            .formatted(collector.getAddress().getPort()))
                            .build();
            try (OpenTelemetrySdk sdk =
                    sdk(PeriodicMetricReader.builder(exporter).setInterval(NEVER).build())) {
                ExportOptions.of(run.meter).to(OpenTelemetryMetrics.of(sdk)).every(NEVER).start();
                run.step();
                run.meter.finish();
                assertTrue(
                        sdk.getSdkMeterProvider()
                                .forceFlush()
                                .join(30, TimeUnit.SECONDS)
                                .isSuccess());
            }
        } finally {
            collector.stop(0);
        }
        List<Metric> metrics =
                received.getFirst().getResourceMetricsList().stream()
                        .flatMap(resource -> resource.getScopeMetricsList().stream())
                        .filter(
                                scope ->
                                        scope.getScope()
                                                .getName()
                                                .equals(OpenTelemetryMetrics.SCOPE))
                        .flatMap(scope -> scope.getMetricsList().stream())
                        .toList();
        Metric goodput =
                metrics.stream()
                        .filter(metric -> metric.getName().equals("retort.run.goodput"))
                        .findFirst()
                        .orElseThrow();
        NumberDataPoint point = goodput.getGauge().getDataPoints(0);
        assertEquals(0.6, point.getAsDouble(), 1e-12);
        assertTrue(
                point.getAttributesList().stream()
                        .anyMatch(
                                attribute ->
                                        attribute.getKey().equals("retort.team")
                                                && attribute
                                                        .getValue()
                                                        .getStringValue()
                                                        .equals("vision")));
        assertTrue(
                metrics.stream().anyMatch(metric -> metric.getName().startsWith("retort.device.")));
    }
}
