/**
 * Figures of a run as meters of Micrometer, and an endpoint for Prometheus. Needs {@code
 * micrometer-core}, the endpoint also {@code micrometer-registry-prometheus}.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export.micrometer;
