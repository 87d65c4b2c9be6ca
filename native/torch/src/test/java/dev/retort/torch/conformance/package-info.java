/**
 * The conformance suite: a seeded catalogue of calls of DJL's array API, run on two engines in two
 * processes, whose results are compared bit by bit or to a tolerance by class of operation. The
 * catalogue knows DJL's API alone; nothing of this engine's internals is used here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.torch.conformance;
