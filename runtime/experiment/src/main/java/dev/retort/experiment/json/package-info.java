/**
 * The one way in which objects of experiments become JSON and back, so that equal objects have
 * equal text and equal hashes. Not exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.json;
