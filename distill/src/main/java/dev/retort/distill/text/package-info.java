/**
 * Embeddings of texts: a sentence encoder as a teacher, its outputs for windows of tokens, and a
 * static embedder that is distilled from it. Teachers as such are in .teacher, their stored outputs
 * in .cache, classifiers on embeddings in .transfer; no corpus and no download lives here.
 *
 * <p>Files of static embedders are read and written by {@code dev.retort:retort-torch}, which
 * retort-distill does not bring along: its engine would become the default of whoever has it.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.distill.text;
