/**
 * What can happen in a lab, as a sealed hierarchy of records with one stable JSON form, and the
 * hash that chains each recorded event to the one before it.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.event;
