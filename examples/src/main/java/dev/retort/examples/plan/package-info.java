/** The commands of {@code retort plan}: files in, a table, JSON or a page out. */
@org.jspecify.annotations.NullMarked
package dev.retort.examples.plan;
