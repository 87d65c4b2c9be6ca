/**
 * Outputs of a teacher on disk, so that its pass over the data is paid for once, however many
 * students and seeds there are; each file says whose outputs on which samples it holds, and is
 * refused for anything else.
 */
@NullMarked
package dev.retort.distill.cache;

import org.jspecify.annotations.NullMarked;
