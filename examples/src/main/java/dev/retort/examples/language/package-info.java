/**
 * A scaling law from one's own runs: a family of small language models of bytes is trained on the
 * Java sources of the JDK, a law is fitted to it, and a larger run is predicted, made and compared;
 * and a model that runs answers many times, for plans of test-time compute.
 */
@NullMarked
package dev.retort.examples.language;

import org.jspecify.annotations.NullMarked;
