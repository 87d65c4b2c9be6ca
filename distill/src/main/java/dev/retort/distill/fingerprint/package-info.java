/**
 * Hashes by which two things are told to be the same in different processes: files, arrays, blocks
 * with their settings.
 */
@NullMarked
package dev.retort.distill.fingerprint;

import org.jspecify.annotations.NullMarked;
