/**
 * Runnable programs, one idea each, and the retort command line. What a program needs more than
 * once belongs into distill or runtime. Nothing may depend on this module.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.examples;
