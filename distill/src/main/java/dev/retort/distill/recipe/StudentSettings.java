package dev.retort.distill.recipe;

/**
 * The students.
 *
 * @param network their network
 * @param training how both are trained
 */
public record StudentSettings(NetworkSettings network, TrainingSettings training) {}
