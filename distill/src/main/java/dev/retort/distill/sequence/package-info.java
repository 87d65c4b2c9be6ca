/**
 * Sequence models as DJL blocks: causal attention and a selective state-space layer, both also
 * token by token from a state, and a language model of bytes that is built from either. The blocks
 * use DJL's operations alone and run on any engine; training lives in {@code train}.
 */
@NullMarked
package dev.retort.distill.sequence;

import org.jspecify.annotations.NullMarked;
