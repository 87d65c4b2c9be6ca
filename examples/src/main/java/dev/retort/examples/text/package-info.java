/**
 * The recipe for texts: a sentence encoder as a frozen trunk for a classifier of mail, and a static
 * embedder that is distilled from it. Where its files come from and how mail is read is here; what
 * can be done with them is in dev.retort.distill.text and .transfer.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.examples.text;
