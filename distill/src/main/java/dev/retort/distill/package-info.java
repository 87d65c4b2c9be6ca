/**
 * Knowledge distillation on DJL: a teacher, a student alone, a distilled student, and what can be
 * said about them. Training itself is in .train, losses in .loss, teachers in .teacher, their
 * stored outputs in .cache, data in .data, reports in .report, transfer of trained networks in
 * .transfer, embeddings of texts in .text. No experiment scheduling and no command line lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.distill;
