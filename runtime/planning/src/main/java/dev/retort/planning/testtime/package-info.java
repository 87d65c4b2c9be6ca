/**
 * Compute spent on answering: what many samples of a model are worth, from a table of results or
 * from a model that runs, and whether a large model or many samples of a small one are better spent
 * on.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.testtime;
