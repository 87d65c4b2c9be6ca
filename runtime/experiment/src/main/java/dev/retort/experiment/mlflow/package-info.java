/**
 * MLflow's REST API (2.0): runs are brought to a tracking server and fetched from one. A run
 * becomes a run, its config parameters, its results and metric points metrics, and what MLflow has
 * no place for tags that begin with {@code retort.}.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.mlflow;
