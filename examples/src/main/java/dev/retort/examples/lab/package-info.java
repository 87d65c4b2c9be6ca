/** {@code retort lab}: experiments on the command line. */
@org.jspecify.annotations.NullMarked
package dev.retort.examples.lab;
