package dev.retort.distill.design;

import ai.djl.nn.Block;

import java.util.function.Supplier;

/**
 * A network that may become the student.
 *
 * @param name tells it from the others
 * @param network makes it, not initialised
 */
public record Candidate(String name, Supplier<Block> network) {}
