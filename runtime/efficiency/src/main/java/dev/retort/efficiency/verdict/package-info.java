/**
 * What keeps a training from being faster: a verdict drawn online from ledgers, with its evidence,
 * what fixing it can gain, and an experiment that can refute it.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.verdict;
