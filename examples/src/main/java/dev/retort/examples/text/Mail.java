package dev.retort.examples.text;

/**
 * What a reader sees of a mail.
 *
 * @param subject the subject, without the tags of mailing lists
 * @param body the text, of HTML without its tags
 * @param isSpam whether nobody had asked for it
 */
record Mail(String subject, String body, boolean isSpam) {}
