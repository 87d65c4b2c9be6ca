/** Figures of a run as metrics of OpenTelemetry. Needs {@code opentelemetry-api}. */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export.otel;
