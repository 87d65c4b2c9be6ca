/**
 * The report of a distillation: one document, written as JSON and as a self-contained HTML page.
 * Figures that could not be measured are absent with their reason. No measuring lives here.
 */
@NullMarked
package dev.retort.distill.report;

import org.jspecify.annotations.NullMarked;
