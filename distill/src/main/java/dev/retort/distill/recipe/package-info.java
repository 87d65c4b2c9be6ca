/**
 * A distillation as plain values that a file can hold, JSON or YAML, and that make the same run
 * again. What is in a file is checked key by key, and a misspelt one is refused with the nearest
 * that there is. No training lives here.
 */
@NullMarked
package dev.retort.distill.recipe;

import org.jspecify.annotations.NullMarked;
