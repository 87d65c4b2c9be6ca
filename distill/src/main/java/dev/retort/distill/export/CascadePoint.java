package dev.retort.distill.export;

/**
 * What a cascade comes to with one threshold.
 *
 * @param threshold the least confidence with which the student answers
 * @param askedShare the share of the requests that went on to the teacher
 * @param accuracy the accuracy of the whole
 * @param seconds the mean time of a request: the student's, and the teacher's where it was asked
 */
public record CascadePoint(double threshold, double askedShare, double accuracy, double seconds) {}
