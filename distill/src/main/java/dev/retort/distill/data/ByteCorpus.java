package dev.retort.distill.data;

/**
 * A text as bytes, divided by files: what is held out comes from files that training never sees.
 *
 * @param name what it is, for reports
 * @param train the text to train on; not copied
 * @param validation the held-out text; not copied
 * @param files the number of files of both
 */
public record ByteCorpus(String name, byte[] train, byte[] validation, int files) {}
